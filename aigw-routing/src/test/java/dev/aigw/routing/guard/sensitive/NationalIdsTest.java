package dev.aigw.routing.guard.sensitive;

import static dev.aigw.routing.guard.sensitive.PersonalDataTest.found;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers were made at random and passed the check of another library. */
class NationalIdsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "US_SSN | SSN | 640562241",
                "US_SSN | SSN | 549909514",
                "US_ITIN | ITIN | 947706340",
                "US_ITIN | ITIN | 912925039",
                "UK_NHS | NHS | 1868777383",
                "UK_NHS | NHS | 4273423871",
                "DE_TAX_ID | IdNr | 74658431023",
                "DE_TAX_ID | IdNr | 78953250549",
                "PL_PESEL | PESEL | 93060345013",
                "PL_PESEL | PESEL | 51121528777",
                "SE_PERSONNUMMER | personnummer | 590818-5316",
                "SE_PERSONNUMMER | personnummer | 671101-3968",
                "FI_HETU | hetu | 220860A5263",
                "FI_HETU | hetu | 200660A229L",
                "NL_BSN | BSN | 959399008",
                "NL_BSN | BSN | 399719398",
                "BE_NATIONAL_NUMBER | rijksregisternummer | 48072690650",
                "BE_NATIONAL_NUMBER | rijksregisternummer | 89070979478",
                "PT_NIF | NIF | 108836363",
                "PT_NIF | NIF | 140814736",
                "CA_SIN | SIN | 909661969",
                "CA_SIN | SIN | 154555932",
                "AU_TFN | TFN | 267745857",
                "AU_TFN | TFN | 287702759",
                "IN_AADHAAR | Aadhaar | 742715315443",
                "IN_AADHAAR | Aadhaar | 604732814719",
                "IN_PAN | PAN | SZQKL5890T",
                "IN_PAN | PAN | NJCHX3894F",
                "KR_RRN | RRN | 971209-1664060",
                "KR_RRN | RRN | 920212-1003854",
                "BR_CPF | CPF | 12545498203",
                "BR_CPF | CPF | 29936110030",
                "TR_TCKN | TCKN | 52996332054",
                "TR_TCKN | TCKN | 44961526636",
                "TH_NATIONAL_ID | TNIN | 5744779049240",
                "TH_NATIONAL_ID | TNIN | 5825712717232",
                "ZA_ID | SA ID | 5704024998025",
                "ZA_ID | SA ID | 4102153946017",
                "ES_NIF | DNI | 44831116E",
                "ES_NIF | DNI | 24040094B",
                "ES_NIE | NIE | Z2400231W",
                "ES_NIE | NIE | Z4427114X",
                "NO_FNR | fnr | 10055102185",
                "NO_FNR | fnr | 16099674893",
                "CH_AHV | AHV | 7567674313674",
                "CH_AHV | AHV | 7565264089619",
                "RO_CNP | CNP | 1461120353171",
                "RO_CNP | CNP | 2870904016266",
                "HR_OIB | OIB | 69734643835",
                "HR_OIB | OIB | 13273018350",
                "EE_IK | isikukood | 54212261356",
                "EE_IK | isikukood | 34907132801",
                "LT_AK | asmens | 47101276700",
                "LT_AK | asmens | 39709182817",
                "BG_EGN | EGN | 4311242600",
                "BG_EGN | EGN | 7108262322",
                "GR_AMKA | AMKA | 16118166095",
                "GR_AMKA | AMKA | 27115065099",
                "IE_PPS | PPS | 0964667N",
                "IE_PPS | PPS | 5214397RW",
                "CL_RUT | RUT | 85398690-9",
                "CL_RUT | RUT | 21377176-0",
                "MX_CURP | CURP | LOPA990427MDFNRLA4",
                "MX_CURP | CURP | BOXW950908HDFNRL09",
                "CN_RESIDENT_ID | 身份证 | 110105196703199395",
                "CN_RESIDENT_ID | 身份证 | 110105195512016977",
                "FR_NIR | NIR | 125119754782202",
                "FR_NIR | NIR | 246039378193119",
                "IT_FISCAL_CODE | codice fiscale | KPFRBR23A03Y973J",
                "IT_FISCAL_CODE | codice fiscale | DUDSLB72B67F545E",
                "AT_SVNR | SVNR | 9730201147",
                "AT_SVNR | SVNR | 2950160795",
                "CZ_RC | rodné číslo | 861022/4216",
                "CZ_RC | rodné číslo | 811202/5120",
                "JP_MY_NUMBER | my number | 011296682162",
                "JP_MY_NUMBER | my number | 858838876255",
                "IL_ID | teudat zehut | 082496225",
                "IL_ID | teudat zehut | 255144727",
                "AU_MEDICARE | Medicare | 2123456701",
                "SG_NRIC | NRIC | S1234567D",
                "HK_HKID | HKID | A123456(3)",
                "UK_NINO | NINO | AB123456C",
                "DK_CPR | CPR | 070761-4285",
                "FR_NIR | NIR | 2 85 05 2A 004 123 06",
            })
    void findsTheNumberBesideItsName(String type, String word, String number) {
        assertThat(found("The " + word + " is " + number + ".")).containsExactly(type + " " + number);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "536-90-4399 | US_SSN",
                "912-92-5039 | US_ITIN",
                "AB 12 34 56 C | UK_NINO",
                "74 658 431 023 | DE_TAX_ID",
                "1 25 11 97 547 822 02 | FR_NIR",
                "44831116E | ES_NIF",
                "Z2400231W | ES_NIE",
                "KPFRBR23A03Y973J | IT_FISCAL_CODE",
                "590818-5316 | SE_PERSONNUMMER",
                "19590818-5316 | SE_PERSONNUMMER",
                "220860A5263 | FI_HETU",
                "48.07.26-906.50 | BE_NATIONAL_NUMBER",
                "125.454.982-03 | BR_CPF",
                "7427 1531 5443 | IN_AADHAAR",
                "971209-1664060 | KR_RRN",
                "5-7447-79049-24-0 | TH_NATIONAL_ID",
                "756.7674.3136.74 | CH_AHV",
                "110105196703199395 | CN_RESIDENT_ID",
                "LOPA990427MDFNRLA4 | MX_CURP",
                "A123456(3) | HK_HKID",
                "861022/4216 | CZ_RC",
            })
    void findsTheUsualFormWithoutAName(String number, String type) {
        assertThat(found("see " + number + ", please")).containsExactly(type + " " + number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSN 000-12-3456",
                "SSN 666-12-3456",
                "SSN 900-12-3456",
                "SSN 123-00-4567",
                "SSN 123-45-0000",
                "NHS 1868777384",
                "IdNr 74658431024",
                "NIR 125119754782203",
                "DNI 44831116F",
                "NIE Z2400231X",
                "NINO BG123456A",
                "NINO AB123456E",
                "codice fiscale KPFRBR23A03Y973K",
                "PESEL 93060345014",
                "personnummer 590818-5317",
                "hetu 220860A5264",
                "hetu 320860A5263",
                "BSN 959399009",
                "rijksregisternummer 48072690651",
                "SIN 909661960",
                "TFN 267745858",
                "Aadhaar 742715315444",
                "RRN 971309-1664060",
                "CPF 12545498204",
                "CPF 11111111111",
                "TCKN 52996332055",
                "TNIN 5744779049241",
                "AHV 7567674313675",
                "CURP LOPA990427MDFNRLA5",
                "HKID A123456(4)",
                "NRIC S1234567E",
            })
    void refusesWrongCheckDigits(String text) {
        assertThat(found(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"959399008", "909661969", "267745857", "108836363", "640562241", "93060345013", "1868777383"})
    void needsANameForNumbersThatManyOthersLookLike(String number) {
        assertThat(found(number)).isEmpty();
        assertThat(found("order " + number)).isEmpty();
    }

    @Test
    void seesNoNameAcrossANearerLabel() {
        assertThat(found("SSN unknown, invoice 640562241")).isEmpty();
        assertThat(found("640562241 is my SSN")).containsExactly("US_SSN 640562241");
    }

    @Test
    void givesEachNumberAContextOfItsOwn() {
        Set<Long> bits = new HashSet<>();
        NationalIds.words((bit, words) -> {
            assertThat(bits.add(bit)).as(words).isTrue();
            assertThat(Long.bitCount(bit)).isOne();
            assertThat(bit).isPositive().isGreaterThan(ContextWords.IDENTITY);
        });
        assertThat(bits).hasSizeGreaterThan(40);
    }
}
