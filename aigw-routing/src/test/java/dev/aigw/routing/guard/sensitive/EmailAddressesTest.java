package dev.aigw.routing.guard.sensitive;

import static dev.aigw.routing.guard.sensitive.PersonalDataTest.found;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Write to ada@example.com. | ada@example.com",
                "<ada.lovelace+news@mail.example.co.uk>, please | ada.lovelace+news@mail.example.co.uk",
                "mailto:ada@example.com?subject=x | ada@example.com",
                "https://x.example/?email=ada%40example.com&next=1 | ada%40example.com",
                "https://x.example/?email=ada@example.com&next=1 | ada@example.com",
                "o'brien@example.ie's mail | o'brien@example.ie",
                "'ada@example.com' | ada@example.com",
                "(ada_1@example.museum) | ada_1@example.museum",
                "user@xn--bcher-kva.example | user@xn--bcher-kva.example",
                "müller@bücher.de schreibt | müller@bücher.de",
                "\u7528\u6237@\u4F8B\u5B50.\u5E7F\u544A | \u7528\u6237@\u4F8B\u5B50.\u5E7F\u544A",
                "\u90AE\u7BB1\u662Fada@example.com\u8C22\u8C22 | ada@example.com",
                "ADA@EXAMPLE.COM; | ADA@EXAMPLE.COM",
                "ada@example.com.Please answer | ada@example.com",
                "\"ada lovelace\"@example.com | \"ada lovelace\"@example.com",
                "ada@[192.168.7.1] | ada@[192.168.7.1]",
                "user: ada@example.com:443 | ada@example.com",
                "a@b.io | a@b.io",
                "_ada-@my-host.example-site.org, | _ada-@my-host.example-site.org",
                "ada@163.com | ada@163.com",
            })
    void findsAnAddress(String text, String expected) {
        assertThat(found(PersonalData.builder().types(EntityType.EMAIL).build(), text))
                .containsExactly("EMAIL " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@Override public void f()",
                "ada@",
                "@example.com",
                "ada@example",
                "ada@example.",
                "ada @ example.com",
                "a@@b.com@",
                "postgres://ada:s3cret@db.example.com:5432/app",
                "https://ada@example.com/path",
                "ssh git@github.com",
                "scp x deploy@web.example.com:/var/www",
                "logo@2x.png",
                "react@18.2.0",
                "y = x@w.transpose()",
                "ada.@example.com"
            })
    void isNotFooledBy(String text) {
        assertThat(found(text)).isEmpty();
    }
}
