package io.parley.http.routing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.config.AuthConfig;
import io.parley.contract.ApiKeyMessage;
import io.parley.contract.AuthMessage.ApiKeyCredential;
import io.parley.contract.AuthMessage.BasicCredential;
import io.parley.contract.AuthMessage.BearerCredential;
import io.parley.contract.AuthMessage.Credential;
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
 * Reads the credential from the headers of a request. Does not verify it.
 *
 * @param bearer announce {@code Bearer} in the challenges of a 401
 * @param basic accept user names and passwords ({@code Authorization: Basic})
 * @param apiKeys accept API keys ({@code Authorization: Bearer}, {@code x-api-key})
 */
public record CredentialReader(boolean bearer, boolean basic, boolean apiKeys) {

    /** For routes called by programs: accepts tokens and API keys, no passwords. */
    public static final CredentialReader API_CLIENTS = new CredentialReader(true, false, true);

    private static final String API_KEY = "x-api-key";
    private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +([A-Za-z0-9._~+/=-]+)");
    private static final Pattern BASIC = Pattern.compile("(?i:Basic) +([A-Za-z0-9+/]+={0,2})");
    private static final Pattern USER_PASSWORD = Pattern.compile("([^:\\p{Cc}]*):(\\P{Cc}*)");

    public static CredentialReader of(AuthConfig auth) {
        return new CredentialReader(auth.jwt().isPresent(), auth.basic().isPresent(), false);
    }

    /** Returns a reader that accepts API keys, too. */
    public CredentialReader withApiKeys() {
        return new CredentialReader(bearer, basic, true);
    }

    /** Whether the request has an API key, even where API keys are not accepted. */
    static boolean hasApiKey(HttpServerRequest request) {
        Matcher token = BEARER.matcher(header(request, HttpHeaders.AUTHORIZATION));
        return (token.matches() && isApiKey(token.group(1))) || isApiKey(header(request, API_KEY));
    }

    /** Returns the values of {@code WWW-Authenticate} for a 401. */
    List<String> challenges() {
        return Stream.of(
                        bearer ? Stream.of("Bearer") : Stream.<String>empty(),
                        basic ? Stream.of("Basic realm=\"parley\", charset=\"UTF-8\"") : Stream.<String>empty())
                .flatMap(challenge -> challenge)
                .toList();
    }

    /** Returns the credential if it is well-formed, accepted here and the only one. */
    Optional<Credential> credential(HttpServerRequest request) {
        String authorization = header(request, HttpHeaders.AUTHORIZATION);
        String apiKey = apiKeys ? header(request, API_KEY) : "";
        Optional<Credential> credential = authorization.isEmpty() ? apiKey(apiKey) : credential(authorization);
        return credential.filter(
                found -> authorization.isEmpty() || apiKey.isEmpty() || found.equals(new ApiKeyCredential(apiKey)));
    }

    private Optional<Credential> credential(String header) {
        Matcher token = BEARER.matcher(header);
        if (token.matches()) {
            return isApiKey(token.group(1))
                    ? apiKey(token.group(1))
                    : Optional.of(new BearerCredential(token.group(1)));
        }
        Matcher pair = BASIC.matcher(header);
        return basic && pair.matches() ? password(pair.group(1)) : Optional.empty();
    }

    private Optional<Credential> apiKey(String text) {
        return apiKeys && isApiKey(text) ? Optional.of(new ApiKeyCredential(text)) : Optional.empty();
    }

    private static boolean isApiKey(String text) {
        return text.startsWith(ApiKeyMessage.PREFIX);
    }

    private static String header(HttpServerRequest request, CharSequence name) {
        return Optional.ofNullable(request.getHeader(name)).orElse("");
    }

    private static Optional<Credential> password(String encoded) {
        try {
            Matcher pair = USER_PASSWORD.matcher(UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(encoded))));
            return pair.matches() ? Optional.of(new BasicCredential(pair.group(1), pair.group(2))) : Optional.empty();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
