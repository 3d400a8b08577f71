package io.parley.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.config.AuthConfig;
import io.parley.contract.AuthMessage.ApiKeyCredential;
import io.parley.contract.AuthMessage.BasicCredential;
import io.parley.contract.AuthMessage.BearerCredential;
import io.parley.contract.AuthMessage.Credential;
import io.parley.contract.KeyMessage;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How credentials are shown in the head of a request. Knows nothing of whether they are right.
 *
 * @param bearer whether strangers are told to bring a token
 * @param basic whether names and passwords are taken
 * @param keys whether the keys of programs are taken, here and in {@code x-api-key}; elsewhere they open nothing
 */
record CredentialReader(boolean bearer, boolean basic, boolean keys) {

    /** Where programs call that bring tokens and keys, and no passwords. */
    static final CredentialReader PROGRAMS = new CredentialReader(true, false, true);

    private static final String API_KEY = "x-api-key";
    private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +([A-Za-z0-9._~+/=-]+)");
    private static final Pattern BASIC = Pattern.compile("(?i:Basic) +([A-Za-z0-9+/]+={0,2})");
    private static final Pattern PAIR = Pattern.compile("([^:\\p{Cc}]*):(\\P{Cc}*)");

    static CredentialReader of(AuthConfig auth) {
        return new CredentialReader(auth.jwt().isPresent(), auth.basic().isPresent(), false);
    }

    /** The same, and keys. */
    CredentialReader andKeys() {
        return new CredentialReader(bearer, basic, true);
    }

    /** Whether the request shows a key of ours, here or where it opens nothing. */
    static boolean showsKey(HttpServerRequest request) {
        Matcher token = BEARER.matcher(header(request, HttpHeaders.AUTHORIZATION));
        return (token.matches() && isKey(token.group(1))) || isKey(header(request, API_KEY));
    }

    /** What strangers are told to bring. */
    List<String> challenges() {
        return Stream.of(
                        bearer ? Stream.of("Bearer") : Stream.<String>empty(),
                        basic ? Stream.of("Basic realm=\"parley\", charset=\"UTF-8\"") : Stream.<String>empty())
                .flatMap(each -> each)
                .toList();
    }

    /** What the request shows, if it is well-formed, taken here, and one thing alone. */
    Optional<Credential> credential(HttpServerRequest request) {
        String shown = header(request, HttpHeaders.AUTHORIZATION);
        String key = keys ? header(request, API_KEY) : "";
        Optional<Credential> credential = shown.isEmpty() ? key(key) : credential(shown);
        return credential.filter(each -> shown.isEmpty() || key.isEmpty() || each.equals(new ApiKeyCredential(key)));
    }

    private Optional<Credential> credential(String header) {
        Matcher token = BEARER.matcher(header);
        if (token.matches()) {
            return isKey(token.group(1)) ? key(token.group(1)) : Optional.of(new BearerCredential(token.group(1)));
        }
        Matcher pair = BASIC.matcher(header);
        return basic && pair.matches() ? password(pair.group(1)) : Optional.empty();
    }

    private Optional<Credential> key(String text) {
        return keys && isKey(text) ? Optional.of(new ApiKeyCredential(text)) : Optional.empty();
    }

    private static boolean isKey(String text) {
        return text.startsWith(KeyMessage.PREFIX);
    }

    private static String header(HttpServerRequest request, CharSequence name) {
        return Optional.ofNullable(request.getHeader(name)).orElse("");
    }

    private static Optional<Credential> password(String encoded) {
        try {
            Matcher pair = PAIR.matcher(UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(encoded))));
            return pair.matches() ? Optional.of(new BasicCredential(pair.group(1), pair.group(2))) : Optional.empty();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
