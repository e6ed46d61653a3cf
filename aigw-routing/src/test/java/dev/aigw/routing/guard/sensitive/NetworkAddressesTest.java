package dev.aigw.routing.guard.sensitive;

import static dev.aigw.routing.guard.sensitive.PersonalDataTest.found;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkAddressesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.168.7.1 | 192.168.7.1",
                "at 10.0.0.0/8. | 10.0.0.0/8",
                "http://203.0.113.9:8080/x | 203.0.113.9",
                "root@203.0.113.9 | 203.0.113.9",
                "from 8.8.8.8 to | 8.8.8.8",
                "ip=1.2.3.4; | 1.2.3.4",
                "[2001:db8::1]:8080 | 2001:db8::1",
                "2001:0db8:85a3:0000:0000:8a2e:0370:7334 | 2001:0db8:85a3:0000:0000:8a2e:0370:7334",
                "fe80::1ff:fe23:4567:890a%eth0 up | fe80::1ff:fe23:4567:890a%eth0",
                "::ffff:192.0.2.128 | ::ffff:192.0.2.128",
                "2001:db8::/32, | 2001:db8::/32",
                "listen on ::1. | ::1",
                "64:ff9b::198.51.100.1 | 64:ff9b::198.51.100.1",
                "1:2:3:4:5:6:7:8 | 1:2:3:4:5:6:7:8",
            })
    void findsAnAddress(String text, String expected) {
        assertThat(found(text)).containsExactly("IP_ADDRESS " + expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "00:1A:2B:3C:4D:5E | 00:1A:2B:3C:4D:5E",
                "mac 01-b3-4a-67-d9-cf, | 01-b3-4a-67-d9-cf",
                "aabb.ccdd.eeff | aabb.ccdd.eeff",
                "00:11:22:aa:bb:cc:dd:ee | 00:11:22:aa:bb:cc:dd:ee",
            })
    void findsAnInterface(String text, String expected) {
        assertThat(found(text)).containsExactly("MAC_ADDRESS " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3.4.5",
                "version 10.20.30.40",
                "v10.20.30.40",
                "256.1.1.1",
                "192.168.7",
                "1.2.3.4",
                "app-10.20.30.40",
                "lib==10.20.30.40",
                "Chrome/90.0.44.212",
                "01.02.03.04",
                "section 12.13.14.15",
                "x192.168.7.1",
                "192.168.7.1x",
                "2001::25de::cade",
                ":::",
                "gggg::1",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::1",
                "std::cout",
                "abc::def",
                "a[1::2]",
                "a[::2]",
                "00:00:00:00:00:00",
                "ff:ff:ff:ff:ff:ff",
                "00:1A:2B:3C:4D",
                "10:20:30",
                "01-02-03-04-05-06",
                "aa-bb-cc-dd-ee-ff-00",
            })
    void isNotFooledBy(String text) {
        assertThat(found(text)).isEmpty();
    }
}
