package dev.aigw.routing.guard.sensitive;

import static dev.aigw.routing.guard.sensitive.CheckDigits.day;
import static dev.aigw.routing.guard.sensitive.CheckDigits.luhn;
import static dev.aigw.routing.guard.sensitive.CheckDigits.number;
import static dev.aigw.routing.guard.sensitive.CheckDigits.weighted;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Numbers that states give to persons, which consist of digits: their lengths, usual groups, check digits and words of
 * context. Those with letters are in {@link LetterIds}. Each rule is the state's published one; a number that many
 * other numbers look like needs a word of context to reach half the score.
 */
final class NationalIds {

    /** The first bit of {@link ContextWords} for these. */
    private static final int FIRST_BIT = 10;

    /** Checks the digits. */
    @FunctionalInterface
    interface Check {
        boolean test(int[] d);
    }

    /**
     * One kind of number.
     *
     * @param type its name
     * @param country its country
     * @param context its bit in {@link ContextWords}
     * @param digits how many digits it has
     * @param groups the sizes of its groups with what stands between them; several by {@code |}
     * @param grouped the score of a number so grouped
     * @param plain the score of a number in one group
     */
    record NationalId(
            EntityType type,
            String country,
            long context,
            int digits,
            String groups,
            double grouped,
            double plain,
            Check check) {}

    private static final Map<String, Long> BITS = new LinkedHashMap<>();
    private static final Map<String, String> WORDS = new LinkedHashMap<>();
    private static final Set<EntityType> TYPES = new java.util.HashSet<>();
    private static final Set<String> COUNTRIES = new TreeSet<>();

    /** The numbers by how many digits they have. */
    private static final List<List<NationalId>> BY_LENGTH = new ArrayList<>();

    static {
        for (int i = 0; i <= 18; i++) {
            BY_LENGTH.add(new ArrayList<>());
        }
        words("US_SSN", "ssn,ssns,social security,socialsecurity,soc sec");
        words("US_ITIN", "itin,taxpayer,individual taxpayer");
        words("UK_NHS", "nhs,national health");
        words("UK_NINO", "nino,national insurance,ni number,ni no");
        words(
                "DE_TAX_ID",
                "steuer id,idnr,steueridentifikationsnummer,steuernummer,identifikationsnummer,steuerid,tin");
        words("FR_NIR", "nir,sécurité sociale,securite sociale,sécu,insee");
        words("ES_NIF", "nif,dni,nie,documento,extranjero");
        words("IT_FISCAL_CODE", "codice fiscale,fiscale,cf");
        words("PL_PESEL", "pesel");
        words("SE_PERSONNUMMER", "personnummer,pnr,samordningsnummer,swedish id");
        words("FI_HETU", "hetu,henkilötunnus,personbeteckning,finnish id,finnish");
        words("NL_BSN", "bsn,burgerservicenummer,sofinummer,sofi");
        words(
                "BE_NATIONAL_NUMBER",
                "rijksregisternummer,rijksregister,registre national,insz,niss,nationaal nummer," + "numéro national");
        words("PT_NIF", "nif,contribuinte,nipc");
        words("CA_SIN", "sin,social insurance,nas,assurance sociale");
        words("AU_TFN", "tfn,tax file");
        words("AU_MEDICARE", "medicare");
        words("IN_AADHAAR", "aadhaar,aadhar,uidai,आधार,uid");
        words("IN_PAN", "pan,permanent account");
        words("KR_RRN", "rrn,resident registration,주민");
        words("BR_CPF", "cpf,cadastro");
        words("TR_TCKN", "tckn,kimlik,tc kimlik,tc no,turkish id,vatandaşlık,kimliği");
        words("TH_NATIONAL_ID", "tnin,thai id,thai national,thai,ประช,บัตร");
        words("ZA_ID", "rsa id,sa id,south african,african id,za id");
        words("SG_NRIC", "nric,fin,singapore");
        words("CN_RESIDENT_ID", "身份证,公民身份,居民身份,resident identity");
        words("MX_CURP", "curp");
        words("CL_RUT", "rut,run");
        words("NO_FNR", "fødselsnummer,personnummer,fnr,fodselsnummer");
        words("DK_CPR", "cpr,personnummer,cpr nummer");
        words("CH_AHV", "ahv,avs,sozialversicherungsnummer,oasi");
        words("CZ_RC", "rodné číslo,rodné,rč");
        words("RO_CNP", "cnp,cod numeric");
        words("AT_SVNR", "svnr,sozialversicherungsnummer,versicherungsnummer,sv nummer");
        words("HR_OIB", "oib");
        words("EE_IK", "isikukood");
        words("LT_AK", "asmens kodas,asmens");
        words("BG_EGN", "egn,егн");
        words("GR_AMKA", "amka,αμκα");
        words("IE_PPS", "pps,ppsn");
        words("JP_MY_NUMBER", "my number,マイナン,個人番号");
        words("HK_HKID", "hkid");
        words("IL_ID", "teudat,teudat zehut,israeli id,זהות");

        digits("US_SSN", 9, "3-2-4", 0.8, 0.3, NationalIds::ssn);
        digits("US_SSN", 9, "3 2 4|3.2.4", 0.5, 0.3, NationalIds::ssn);
        digits("US_ITIN", 9, "3-2-4|3 2 4|3-6|5-4", 0.7, 0.2, NationalIds::itin);
        digits("CA_SIN", 9, "3-3-3|3 3 3", 0.45, 0.2, d -> d[0] != 0 && d[0] != 8 && luhn(d, 9));
        digits(
                "NL_BSN",
                9,
                "3.3.3|4.2.3",
                0.4,
                0.2,
                d -> (weighted(d, 9, 8, 7, 6, 5, 4, 3, 2) - d[8]) % 11 == 0 && number(d, 0, 9) > 9_999_999);
        digits("PT_NIF", 9, "3 3 3", 0.4, 0.2, NationalIds::portugal);
        digits(
                "AU_TFN",
                9,
                "3 3 3|3-3-3",
                0.4,
                0.2,
                d -> weighted(d, 1, 4, 3, 7, 5, 8, 6, 9, 10) % 11 == 0 && number(d, 0, 9) > 0);
        digits("IL_ID", 9, "8-1", 0.4, 0.1, NationalIds::israel);
        digits("UK_NHS", 10, "3 3 4|3-3-4", 0.45, 0.2, NationalIds::nhs);
        digits("SE_PERSONNUMMER", 10, "6-4|6+4", 0.75, 0.3, d -> day(two(d, 2), two(d, 4) % 60) && luhn(d, 10));
        digits("CZ_RC", 10, "6/4", 0.8, 0.25, NationalIds::czech);
        digits("AT_SVNR", 10, "4 6|4-6|4 2 2 2", 0.5, 0.25, NationalIds::austria);
        digits("BG_EGN", 10, "", 0, 0.3, NationalIds::bulgaria);
        digits("DK_CPR", 10, "6-4", 0.4, 0.1, d -> day(two(d, 2), two(d, 0)));
        digits(
                "AU_MEDICARE",
                10,
                "4 5 1|4-5-1",
                0.6,
                0.2,
                d -> d[0] >= 2 && d[0] <= 6 && weighted(d, 1, 3, 7, 9, 1, 3, 7, 9) % 10 == d[8]);
        digits("DE_TAX_ID", 11, "2 3 3 3", 0.8, 0.35, d -> d[0] != 0 && CheckDigits.mod1110(d, 11));
        digits("PL_PESEL", 11, "", 0, 0.4, NationalIds::pesel);
        digits("BE_NATIONAL_NUMBER", 11, "2.2.2-3.2|6-3-2|6 3 2|2 2 2 3 2|2.2.2 3.2", 0.9, 0.5, NationalIds::belgium);
        digits("BR_CPF", 11, "3.3.3-2|9-2|3 3 3 2|3.3.3.2", 0.9, 0.5, NationalIds::cpf);
        digits("TR_TCKN", 11, "3 3 3 2", 0.6, 0.5, NationalIds::turkey);
        digits("NO_FNR", 11, "6 5", 0.8, 0.5, NationalIds::norway);
        digits("HR_OIB", 11, "", 0, 0.2, d -> CheckDigits.mod1110(d, 11));
        digits("EE_IK", 11, "", 0, 0.35, NationalIds::baltic);
        digits("LT_AK", 11, "", 0, 0.35, NationalIds::baltic);
        digits("GR_AMKA", 11, "", 0, 0.3, d -> day(two(d, 2), two(d, 0)) && luhn(d, 11));
        digits("IN_AADHAAR", 12, "4 4 4|4-4-4|4:4:4", 0.65, 0.4, d -> d[0] >= 2 && CheckDigits.verhoeff(d, 12));
        digits(
                "SE_PERSONNUMMER",
                12,
                "8-4|8+4",
                0.8,
                0.4,
                d -> number(d, 0, 2) >= 18
                        && number(d, 0, 2) <= 20
                        && day(two(d, 4), two(d, 6) % 60)
                        && luhn(d, 2, 12));
        digits("JP_MY_NUMBER", 12, "4 4 4|4-4-4", 0.4, 0.2, NationalIds::japan);
        digits("KR_RRN", 13, "6-7", 0.7, 0.35, NationalIds::korea);
        digits("TH_NATIONAL_ID", 13, "1-4-5-2-1|1 4 5 2 1", 0.9, 0.35, NationalIds::thailand);
        digits("ZA_ID", 13, "6 4 3|6 4 2 1", 0.7, 0.45, d -> day(two(d, 2), two(d, 4)) && d[10] <= 2 && luhn(d, 13));
        digits("RO_CNP", 13, "", 0, 0.45, NationalIds::romania);
        digits("CH_AHV", 13, "3.4.4.2", 0.95, 0.6, NationalIds::swiss);
        digits(
                "FR_NIR",
                15,
                "1 2 2 2 3 3 2|13 2|1 2 2 5 3 2|1.2.2.2.3.3.2|1-2-2-2-3-3-2",
                0.9,
                0.7,
                d -> french(number(d, 0, 13), d));
        digits("CN_RESIDENT_ID", 18, "6 8 4|6 4 4 4", 0.9, 0.85, d -> chinese(d, d[17]));
        TYPES.add(EntityType.of("ES_NIE"));
        for (String name : BITS.keySet()) {
            TYPES.add(EntityType.of(name));
            COUNTRIES.add(name.substring(0, 2));
        }
    }

    private NationalIds() {}

    private static void words(String name, String list) {
        BITS.put(name, 1L << (FIRST_BIT + BITS.size()));
        WORDS.put(name, list);
    }

    private static void digits(String name, int digits, String groups, double grouped, double plain, Check check) {
        BY_LENGTH
                .get(digits)
                .add(new NationalId(
                        EntityType.of(name),
                        name.substring(0, 2),
                        context(name),
                        digits,
                        "|" + groups + "|",
                        grouped,
                        plain,
                        check));
    }

    /** Returns the bit of context of a number. */
    static long context(String name) {
        Long bit = BITS.get(name);
        if (bit == null) {
            throw new IllegalArgumentException(name + " has no words of context");
        }
        return bit;
    }

    /** Passes the words of context of each number to {@code words}. */
    static void words(BiConsumer<Long, String> words) {
        WORDS.forEach((name, list) -> words.accept(context(name), list));
    }

    /** Returns the numbers of so many digits. */
    static List<NationalId> ofLength(int digits) {
        return digits < BY_LENGTH.size() ? BY_LENGTH.get(digits) : List.of();
    }

    /** Returns whether the type is the number of a state. */
    static boolean isOne(EntityType type) {
        return TYPES.contains(type);
    }

    /** Returns all types of this kind. */
    static Set<EntityType> types() {
        return TYPES;
    }

    /** Returns the countries whose numbers are known, as the types' names begin. */
    static Set<String> countries() {
        return COUNTRIES;
    }

    private static int two(int[] d, int from) {
        return d[from] * 10 + d[from + 1];
    }

    private static boolean ssn(int[] d) {
        long area = number(d, 0, 3);
        return area != 0
                && area != 666
                && area < 900
                && two(d, 3) != 0
                && number(d, 5, 9) != 0
                && number(d, 0, 9) != 78_051_120
                && number(d, 0, 9) != 219_099_999; // printed in advertisements
    }

    private static boolean itin(int[] d) {
        int group = two(d, 3);
        return d[0] == 9
                && ((group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group != 93));
    }

    private static boolean portugal(int[] d) {
        int rest = weighted(d, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
        return ((d[0] >= 1 && d[0] <= 3) || (d[0] == 4 && d[1] == 5)) && d[8] == (rest < 2 ? 0 : 11 - rest);
    }

    private static boolean israel(int[] d) {
        int sum = 0;
        for (int i = 0; i < 9; i++) {
            int v = d[i] * (i % 2 + 1);
            sum += v > 9 ? v - 9 : v;
        }
        return sum % 10 == 0;
    }

    private static boolean nhs(int[] d) {
        int check = 11 - weighted(d, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
        return check != 10 && d[9] == check % 11 && number(d, 0, 10) > 0;
    }

    private static boolean czech(int[] d) {
        int month = two(d, 2) % 50;
        return day(month > 20 ? month - 20 : month, two(d, 4))
                && (number(d, 0, 10) % 11 == 0 || (number(d, 0, 9) % 11 == 10 && d[9] == 0));
    }

    private static boolean austria(int[] d) {
        int check = weighted(d, 3, 7, 9, 0, 5, 8, 4, 2, 1, 6) % 11;
        return d[0] != 0 && check == d[3] && day(Math.min(two(d, 6), 12), two(d, 4));
    }

    private static boolean bulgaria(int[] d) {
        return day(two(d, 2) % 20, two(d, 4)) && weighted(d, 2, 4, 8, 5, 10, 9, 7, 3, 6) % 11 % 10 == d[9];
    }

    private static boolean pesel(int[] d) {
        return day(two(d, 2) % 20, two(d, 4)) && (weighted(d, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3) + d[10]) % 10 == 0;
    }

    private static boolean belgium(int[] d) {
        long base = number(d, 0, 9);
        int check = two(d, 9);
        int month = two(d, 2) % 20; // 20 or 40 are added for those who are not residents
        return month <= 12
                && two(d, 4) <= 31
                && (97 - base % 97 == check || 97 - (2_000_000_000L + base) % 97 == check);
    }

    private static boolean cpf(int[] d) {
        int first = weighted(d, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
        int second = weighted(d, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
        return d[9] == first && d[10] == second && number(d, 0, 9) % 111_111_111 != 0;
    }

    private static boolean turkey(int[] d) {
        int odd = d[0] + d[2] + d[4] + d[6] + d[8];
        int even = d[1] + d[3] + d[5] + d[7];
        return d[0] != 0 && Math.floorMod(odd * 7 - even, 10) == d[9] && (odd + even + d[9]) % 10 == d[10];
    }

    private static boolean norway(int[] d) {
        int first = 11 - weighted(d, 3, 7, 6, 1, 8, 9, 4, 5, 2) % 11;
        int second = 11 - weighted(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11;
        return day(two(d, 2) % 40, two(d, 0) % 40) && first % 11 == d[9] && second % 11 == d[10];
    }

    private static boolean baltic(int[] d) {
        int check = weighted(d, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1) % 11;
        if (check == 10) {
            check = weighted(d, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3) % 11 % 10;
        }
        return d[0] >= 1 && d[0] <= 6 && day(two(d, 3), two(d, 5)) && check == d[10];
    }

    private static boolean japan(int[] d) {
        int rest = weighted(d, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11;
        return d[11] == (rest <= 1 ? 0 : 11 - rest);
    }

    /** Numbers given since October 2020 have no check digit. */
    private static boolean korea(int[] d) {
        return day(two(d, 2), two(d, 4)) && d[6] >= 1 && d[6] <= 4;
    }

    private static boolean thailand(int[] d) {
        int sum = weighted(d, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2);
        return d[0] >= 1 && d[0] <= 8 && (11 - sum % 11) % 10 == d[12];
    }

    private static boolean romania(int[] d) {
        int check = weighted(d, 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9) % 11;
        int county = two(d, 7);
        return d[0] != 0
                && day(two(d, 3), two(d, 5))
                && ((county >= 1 && county <= 52) || county == 70 || (county >= 80 && county <= 83))
                && d[12] == (check == 10 ? 1 : check);
    }

    private static boolean swiss(int[] d) {
        int sum = weighted(d, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3);
        return number(d, 0, 3) == 756 && (10 - sum % 10) % 10 == d[12];
    }

    /** Takes the 13 digits as a number, since those of Corsica have letters. */
    static boolean french(long base, int[] d) {
        int month = two(d, 3);
        return (d[0] == 1 || d[0] == 2 || (d[0] >= 7 && d[0] <= 8))
                && ((month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50)
                && 97 - base % 97 == two(d, 13);
    }

    /** Takes the last digit apart, since it may be an X, for 10. */
    static boolean chinese(int[] d, int last) {
        int year = (int) number(d, 6, 10);
        return d[0] != 0
                && year >= 1900
                && year <= 2100
                && day(two(d, 10), two(d, 12))
                && (weighted(d, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2) + last) % 11 == 1;
    }
}
