package io.parley.http.auth.password;

import static java.nio.charset.StandardCharsets.US_ASCII;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.BCrypt.Version;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import io.parley.config.Secret;

/** The hash that a password is compared with. Slow on purpose: never asked on an event loop. */
public final class BcryptHash {

    /** What bcrypt takes into account; behind it, every password would be the same. */
    static final int MAX_BYTES = 72;

    private final byte[] hash;

    public BcryptHash(Secret hash) {
        this.hash = hash.reveal().getBytes(US_ASCII);
    }

    /** Whether this is the hash of {@code password}, which has no more bytes than are taken into account. */
    public boolean matches(byte[] password) {
        // The zero behind a password is a part of it, as long as there is room; the library does not see that there is
        // none.
        Version version = password.length < MAX_BYTES ? Version.VERSION_2Y : Version.VERSION_2Y_NO_NULL_TERMINATOR;
        return BCrypt.verifyer(version, LongPasswordStrategies.none()).verify(password, hash).verified;
    }
}
