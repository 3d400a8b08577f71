package io.parley.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.config.AuthConfig;
import io.parley.contract.AuthMessage.Basic;
import io.parley.contract.AuthMessage.Bearer;
import io.parley.contract.AuthMessage.Credential;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How credentials are shown in an {@code Authorization} header. Knows nothing of whether they are right.
 *
 * @param bearer whether strangers are told to bring a token
 * @param basic whether names and passwords are taken
 */
record Schemes(boolean bearer, boolean basic) {

    /** Where programs call that bring tokens and keys. */
    static final Schemes TOKENS = new Schemes(true, false);

    private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +([A-Za-z0-9._~+/=-]+)");
    private static final Pattern BASIC = Pattern.compile("(?i:Basic) +([A-Za-z0-9+/]+={0,2})");
    private static final Pattern PAIR = Pattern.compile("([^:\\p{Cc}]*):(\\P{Cc}*)");

    static Schemes of(AuthConfig auth) {
        return new Schemes(auth.jwt().isPresent(), auth.basic().isPresent());
    }

    /** What strangers are told to bring. */
    List<String> challenges() {
        return Stream.of(
                        bearer ? Stream.of("Bearer") : Stream.<String>empty(),
                        basic ? Stream.of("Basic realm=\"parley\", charset=\"UTF-8\"") : Stream.<String>empty())
                .flatMap(each -> each)
                .toList();
    }

    /** What {@code header} shows, if it is well-formed and taken here. */
    Optional<Credential> credential(String header) {
        Matcher token = BEARER.matcher(header);
        if (token.matches()) {
            return Optional.of(new Bearer(token.group(1)));
        }
        Matcher pair = BASIC.matcher(header);
        return basic && pair.matches() ? password(pair.group(1)) : Optional.empty();
    }

    private static Optional<Credential> password(String encoded) {
        try {
            Matcher pair = PAIR.matcher(UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(encoded))));
            return pair.matches() ? Optional.of(new Basic(pair.group(1), pair.group(2))) : Optional.empty();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
