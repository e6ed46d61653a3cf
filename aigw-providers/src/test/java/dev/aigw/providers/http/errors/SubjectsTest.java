package dev.aigw.providers.http.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectsTest {

    private static FailureSubject words(int status, ErrorKind kind, String words) {
        return Subjects.of(status, kind, new VendorError(null, null, words), "{}");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "messages.0.content.1, REQUEST",
                "messages[3].content, REQUEST",
                "file_id, REQUEST",
                "previous_response_id, REQUEST",
                "cachedContent, REQUEST",
                "tools[0].function.parameters, REQUEST",
                "response_format, REQUEST",
                "model, MODEL",
                "organization, UNKNOWN",
                "none, UNKNOWN"
            })
    void aParameterSaysWhatTheRefusalIsAbout(String param, FailureSubject subject) {
        VendorError error = new VendorError(null, "x", "no").withParam(param);

        assertThat(Subjects.of(404, ErrorKind.NOT_FOUND, error, "{}")).isEqualTo(subject);
        assertThat(Subjects.of(403, ErrorKind.PERMISSION, error, "{}")).isEqualTo(subject);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "File not found: file_1",
                "CachedContent not found (or permission denied)",
                "You do not have permission to access the File abc or it may not exist.",
                "Previous response with id 'resp_1' not found.",
                "Item with id 'rs_1' not found.",
                "Container with id 'c' has expired.",
                "Vector store vs_1 does not exist",
                "Unable to download the file. Please verify the URL and try again.",
                "Cannot fetch content from the provided URL.",
                "Error while downloading https://example.com/cat.png.",
                "Failed to load image from gs://bucket/cat.png",
                "Document doc-1 could not be found",
                "Timeout while fetching https://example.com/a.b/cat.png"
            })
    void whatOneRequestNamesConcernsThatRequest(String words) {
        assertThat(words(404, ErrorKind.NOT_FOUND, words)).isEqualTo(FailureSubject.REQUEST);
        assertThat(words(403, ErrorKind.PERMISSION, words)).isEqualTo(FailureSubject.REQUEST);
        assertThat(words(400, ErrorKind.INVALID_REQUEST, words)).isEqualTo(FailureSubject.REQUEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The model `gpt-image-1` does not exist.",
                "The model `document-reader` was not found",
                "Project `p` does not have access to model `video-1`",
                "You don't have access to the model with the specified model ID.",
                "Cannot access image model x: not found",
                "model 'tool-user' not found, try pulling it first"
            })
    void aModelWhoseNameSoundsLikeAFileConcernsThatModel(String words) {
        assertThat(words(404, ErrorKind.NOT_FOUND, words)).isEqualTo(FailureSubject.MODEL);
        assertThat(words(403, ErrorKind.PERMISSION, words)).isEqualTo(FailureSubject.MODEL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Not Found",
                "The caller does not have permission",
                "Access denied",
                "no such route",
                "Invalid URL (POST /v1/chats)",
                "You do not have permission to access this resource. See https://example.com/files"
            })
    void wordsThatNameNothingLeaveItToTheKind(String words) {
        assertThat(words(404, ErrorKind.NOT_FOUND, words)).isEqualTo(FailureSubject.UNKNOWN);
        assertThat(words(403, ErrorKind.PERMISSION, words)).isEqualTo(FailureSubject.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorKind.class,
            names = {"RATE_LIMITED", "OVERLOADED", "SERVER_ERROR", "CONNECTION", "TIMEOUT", "MALFORMED_RESPONSE"})
    void wordsExcuseNoFailureOfAServer(ErrorKind kind) {
        assertThat(words(500, kind, "File not found: /srv/app.py")).isEqualTo(FailureSubject.UNKNOWN);
    }

    @Test
    void theVendorsOwnWordGoesFirst() {
        VendorError error = new VendorError(null, "x", "File not found")
                .withParam("file_id")
                .withSubject(FailureSubject.CREDENTIAL);

        assertThat(Subjects.of(403, ErrorKind.PERMISSION, error, "{}")).isEqualTo(FailureSubject.CREDENTIAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html><body>403 Forbidden</body></html>",
                "\n<!DOCTYPE html>\n<html><title>Attention Required! | Cloudflare</title></html>",
                "<?xml version=\"1.0\"?><!DOCTYPE html><html></html>",
                "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD></HTML>"
            })
    void aFirewallsPageConcernsOnePrompt(String page) {
        assertThat(Subjects.of(403, ErrorKind.PERMISSION, null, page)).isEqualTo(FailureSubject.REQUEST);
        assertThat(Subjects.of(404, ErrorKind.NOT_FOUND, null, page)).isEqualTo(FailureSubject.UNKNOWN);
        assertThat(Subjects.of(503, ErrorKind.OVERLOADED, null, page)).isEqualTo(FailureSubject.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>The owner of this website has banned your IP address</html>",
                "<html><title>Just a moment...</title></html>",
                "Forbidden",
                "<Error><Code>AccessDenied</Code></Error>",
                ""
            })
    void aPageThatBansTheCallerConcernsMoreThanOnePrompt(String page) {
        assertThat(Subjects.of(403, ErrorKind.PERMISSION, null, page)).isEqualTo(FailureSubject.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "402, x, CREDENTIAL",
        "429, Your credit balance is too low, CREDENTIAL",
        "429, the service quota for your account, CREDENTIAL",
        "429, You exceeded your current quota, UNKNOWN",
        "429, Quota per project for the model m is used up, MODEL",
        "429, Add credits to use this model, CREDENTIAL",
        "402, This model needs a subscription, MODEL"
    })
    void aPaymentConcernsTheCredential(int status, String words, FailureSubject subject) {
        assertThat(words(status, ErrorKind.QUOTA_EXHAUSTED, words)).isEqualTo(subject);
    }
}
