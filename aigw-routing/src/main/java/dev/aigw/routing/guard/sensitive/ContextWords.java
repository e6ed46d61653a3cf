package dev.aigw.routing.guard.sensitive;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Words that say what the number beside them is, in the languages of the numbers. A kind is a bit. The bits of numbers
 * of states are those of {@link NationalIds}.
 */
final class ContextWords {

    /** A word for a telephone. */
    static final long PHONE = 1;

    /** A word that may lead to a telephone number, such as "call". */
    static final long PHONE_WEAK = 1L << 1;

    static final long CARD = 1L << 2;
    static final long IP = 1L << 3;
    static final long BIRTH = 1L << 4;
    static final long POSTCODE = 1L << 5;
    static final long MAC = 1L << 6;

    /** A word for a version or a part of a text. */
    static final long VERSION = 1L << 7;

    /** A label of another number: an order, a price. */
    static final long OTHER = 1L << 8;

    static final long IBAN = 1L << 62;

    /** A word for any number of a state. */
    static final long IDENTITY = 1L << 9;

    /** Words that name the number, so that no earlier word does. */
    static final long LABELS = ~(VERSION | PHONE_WEAK | IDENTITY | IP | WordTable.BEGINS_PHRASE);

    static final WordTable TABLE = table();

    private ContextWords() {}

    private static WordTable table() {
        Map<String, Long> words = new HashMap<>();
        add(
                words,
                PHONE,
                "phone,telephone,tel,mobile,cell,cellphone,fax,telefax,telefon,telefonnummer,handy,mobil,"
                        + "mobilnummer,rufnummer,durchwahl,telefono,teléfono,celular,móvil,movil,télécopie,téléphone,portable,"
                        + "telefone,telemóvel,cellulare,telefoon,mobiel,puhelin,komórka,komorka,gsm,whatsapp,msisdn,телефон,"
                        + "тел,моб,мобильный,τηλέφωνο,cep,telefonu,sms,hotline,landline,mob,phones,tél,tlf,gsm,desk,電話,携帯,"
                        + "电话,手机,手機,전화,연락처,휴대폰,โทร,เบอร");
        add(
                words,
                PHONE_WEAK,
                "my number,call,ring,dial,reach,contact,text,office,home,work,anrufen,appeler,llamar,called,"
                        + "calling,callback,ligue,chiama,bellen,ringen");
        add(
                words,
                CARD,
                "card,cards,cc,paid,charged,credit,debit,visa,mastercard,amex,maestro,discover,jcb,pan,karte,kreditkarte,kartennummer,"
                        + "carte,tarjeta,carta,cartão,cartao,karta,kaart,kort,kredi,кредитка,карта,карты,信用卡,银行卡,カード,카드");
        add(
                words,
                IP,
                "ip,ips,ipv,host,server,addr,ping,dns,gateway,subnet,client,remote,connect,connected,"
                        + "connecting,listen,bind,proxy,firewall,cidr,network,netmask,traceroute,ssh,nameserver,login,route,"
                        + "loopback,localhost");
        add(
                words,
                BIRTH,
                "birth,born,birthday,birthdate,dob,birthdays,geboren,geb,geburtsdatum,geburtstag,né,née,"
                        + "naissance,nacimiento,nacido,nacida,nascita,nato,nata,nascimento,nascido,nascida,geboortedatum,"
                        + "urodzenia,urodzony,urodzona,ur,født,fødselsdato,född,födelsedatum,syntymäaika,syntynyt,doğum,"
                        + "doğumlu,narozen,narození,született,születési,рождения,родился,родилась,народження,γέννησης,生年月日,"
                        + "出生,生日,誕生日,생년월일,생일,เกิด");
        add(words, IBAN, "iban,ibans");
        add(
                words,
                POSTCODE,
                "zip,zipcode,postcode,postal,plz,postleitzahl,cep,cap,postcodes,kod,postnummer,postinumero,"
                        + "郵便番号,邮编,우편번호");
        add(words, MAC, "mac,bssid,hwaddr,ethernet,ether,hardware");
        add(
                words,
                VERSION,
                "version,versions,ver,v,release,released,build,firmware,section,chapter,figure,table,step,"
                        + "clause,appendix,upgrade,upgraded,upgrading,downgrade,update,updated,bump,bumps,sdk,driver,jdk,rfc,oid,kapitel,abschnitt,versión");
        add(
                words,
                OTHER,
                "order,orders,invoice,ticket,tracking,serial,isbn,issn,ean,upc,commit,rev,revision,sku,"
                        + "transaction,txn,timestamp,epoch,pid,port,model,part,patent,price,total,amount,barcode,shipment,"
                        + "bestellung,bestellnummer,rechnung,rechnungsnummer,commande,facture,pedido,factura,ordine,fattura,"
                        + "checksum,hash,sha,nonce,seed,population,bytes,size,length,width,height,offset,latitude,longitude,"
                        + "coordinates,score,count,pixels,doi,arxiv,asin,imei,account,inventory,item,article,artikel,artikelnummer,"
                        + "license,licence,订单,単号,注文,주문,订单号");
        add(
                words,
                IDENTITY,
                "identity,identification,national id,id number,id no,identifier,ausweis,identité,"
                        + "identidad,identidade,identità,identiteit,tożsamości,henkilötunnus,удостоверение");
        NationalIds.words((id, list) -> add(words, id, list));
        return new WordTable(words);
    }

    private static void add(Map<String, Long> words, long kind, String list) {
        for (String word : list.split(",", 0)) {
            words.merge(word.toLowerCase(Locale.ROOT), kind, (a, b) -> a | b);
        }
    }
}
