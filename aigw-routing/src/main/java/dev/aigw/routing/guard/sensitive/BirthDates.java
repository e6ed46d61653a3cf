package dev.aigw.routing.guard.sensitive;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Dates of birth: dates just behind a word for birth, or just before one in parentheses. Stateless. */
final class BirthDates {

    private static final int BEHIND = 48;

    private static final WordTable MONTHS = months();

    private BirthDates() {}

    private static WordTable months() {
        Map<String, Long> months = new HashMap<>();
        String[] languages = {
            "january,february,march,april,may,june,july,august,september,october,november,december",
            "jan,feb,mar,apr,mai,jun,jul,aug,sep,oct,nov,dec",
            "januar,februar,märz,april,mai,juni,juli,august,september,oktober,november,dezember",
            "jänner,febr,mär,april,mei,juin,juil,août,sept,okt,nov,dez",
            "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre",
            "enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre",
            "gennaio,febbraio,marzo,aprile,maggio,giugno,luglio,agosto,settembre,ottobre,novembre,dicembre",
            "janeiro,fevereiro,março,abril,maio,junho,julho,agosto,setembro,outubro,novembro,dezembro",
            "januari,februari,maart,april,mei,juni,juli,augustus,september,oktober,november,december",
            "stycznia,lutego,marca,kwietnia,maja,czerwca,lipca,sierpnia,września,października,listopada,grudnia",
            "января,февраля,марта,апреля,мая,июня,июля,августа,сентября,октября,ноября,декабря",
            "ocak,şubat,mart,nisan,mayıs,haziran,temmuz,ağustos,eylül,ekim,kasım,aralık",
            "tammikuuta,helmikuuta,maaliskuuta,huhtikuuta,toukokuuta,kesäkuuta,heinäkuuta,elokuuta,syyskuuta,"
                    + "lokakuuta,marraskuuta,joulukuuta"
        };
        for (String language : languages) {
            String[] names = language.split(",", 0);
            for (int i = 0; i < 12; i++) {
                months.put(names[i].toLowerCase(Locale.ROOT), (long) i + 1);
            }
        }
        return new WordTable(months);
    }

    static void find(PersonalText t, Found found) {
        int run = 0;
        for (int i = 0; i < t.contexts(); i++) {
            if ((t.contextKinds(i) & ContextWords.BIRTH) == 0) {
                continue;
            }
            int from = t.contextEnd(i);
            while (run < t.runs && t.runStart[run] < from) {
                run++;
            }
            if (!behind(t, run, from, found) && run > 0) {
                before(t, run, t.contextStart(i), found);
            }
        }
    }

    /** Looks at the first two runs behind the word. */
    private static boolean behind(PersonalText t, int run, int from, Found found) {
        for (int k = run; k < Math.min(t.runs, run + 2) && t.runStart[k] < from + BEHIND; k++) {
            int end = date(t, k);
            if (end > 0) {
                found.add(EntityType.DATE_OF_BIRTH, start(t, k), end, 0.85);
                return true;
            }
        }
        return false;
    }

    /** Looks at a date that ends just before the word, as in "1985-04-12 (birthday)". */
    private static void before(PersonalText t, int run, int word, Found found) {
        for (int k = Math.max(0, run - 3); k < run; k++) {
            int end = date(t, k);
            if (end > 0 && end <= word && word - end <= 12 && !t.hasBreak(end, word)) {
                found.add(EntityType.DATE_OF_BIRTH, start(t, k), end, 0.7);
                return;
            }
        }
    }

    /** Returns the start of the date, which may be a month's name before the day. */
    private static int start(PersonalText t, int k) {
        int s = t.runStart[k];
        if (t.runEnd[k] - s == 4) {
            return s;
        }
        int e = s;
        while (e > 0 && (t.c[e - 1] == ' ' || t.c[e - 1] == '.')) {
            e--;
        }
        int word = wordBefore(t, e);
        return s - e <= 2 && month(t, word, e) > 0 ? word : s;
    }

    private static int wordBefore(PersonalText t, int e) {
        int s = e;
        while (s > 0 && e - s < 14 && PersonalText.isLetter(t.c[s - 1])) {
            s--;
        }
        return s;
    }

    private static int month(PersonalText t, int start, int end) {
        return end - start < 3 ? 0 : (int) (MONTHS.get(t.c, start, end) & 15);
    }

    /** Returns the end of a date that begins with this run, or 0. */
    private static int date(PersonalText t, int k) {
        int s = t.runStart[k];
        int e = t.runEnd[k];
        int first = e - s <= 8 ? Integer.parseInt(new String(t.c, s, e - s)) : 0;
        if (e - s == 8) {
            return year(first / 10_000) && CheckDigits.day(first / 100 % 100, first % 100)
                    ? e
                    : year(first % 10_000) && CheckDigits.day(first / 10_000 % 100, first / 1_000_000) ? e : 0;
        }
        if (e - s == 3 || e - s > 4) {
            return 0;
        }
        int numeric = k + 2 < t.runs ? numeric(t, k, first) : 0;
        return numeric > 0 ? numeric : named(t, k, first);
    }

    private static int numeric(PersonalText t, int k, int first) {
        int gap = t.runStart[k + 1] - t.runEnd[k];
        char separator = t.c[t.runEnd[k]];
        if (gap > 2 || t.runStart[k + 2] - t.runEnd[k + 1] > 2 || "/.- \u5E74\uB144".indexOf(separator) < 0) {
            return 0;
        }
        int second = value(t, k + 1);
        int third = value(t, k + 2);
        int end = t.runEnd[k + 2];
        if (t.at(end) == '\u65E5' || t.at(end) == '\uC77C') {
            end++;
        }
        if (year(first) && CheckDigits.day(second, third)) {
            return end;
        }
        int size = t.runEnd[k + 2] - t.runStart[k + 2];
        boolean ends = size == 4 ? year(third) : size == 2 && separator != ' ';
        return ends && (CheckDigits.day(second, first) || CheckDigits.day(first, second)) ? end : 0;
    }

    private static int value(PersonalText t, int k) {
        int size = t.runEnd[k] - t.runStart[k];
        return size > 4 ? -1 : Integer.parseInt(new String(t.c, t.runStart[k], size));
    }

    private static boolean year(int year) {
        return year >= 1900 && year <= 2100;
    }

    /** Reads "12 March 1985", "March 12, 1985", "12. März 85" and the like. */
    private static int named(PersonalText t, int k, int first) {
        if (first < 1
                || first > 31
                || k + 1 >= t.runs
                || t.runEnd[k + 1] - t.runStart[k + 1] != 4
                || !year(value(t, k + 1))) {
            return 0;
        }
        int from = t.runEnd[k];
        int to = t.runStart[k + 1];
        if (to - from > 24) {
            return 0;
        }
        boolean month = month(t, wordBefore(t, from - (t.runEnd[k] - t.runStart[k]) - 1), t.runStart[k] - 1) > 0;
        int i = from;
        while (i < to && !month) {
            int start = i;
            while (i < to && PersonalText.isLetter(t.c[i])) {
                i++;
            }
            month = i > start && month(t, start, i) > 0;
            i++;
        }
        return month ? t.runEnd[k + 1] : 0;
    }
}
