package io.parley.http.auth.password;

import static java.nio.charset.StandardCharsets.US_ASCII;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.BCrypt.Version;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import io.parley.config.Secret;

/** Compares passwords with a bcrypt hash. Deliberately slow: must not run on an event loop. */
public final class BcryptHash {

    /** bcrypt ignores all further bytes, so longer passwords must be rejected. */
    static final int MAX_BYTES = 72;

    private final byte[] hash;

    public BcryptHash(Secret hash) {
        this.hash = hash.reveal().getBytes(US_ASCII);
    }

    /** Whether this is the hash of {@code password}, which must not be longer than 72 bytes. */
    public boolean matches(byte[] password) {
        // bcrypt also hashes a terminating zero if it fits into the 72 bytes; the library does not check whether it
        // fits.
        Version version = password.length < MAX_BYTES ? Version.VERSION_2Y : Version.VERSION_2Y_NO_NULL_TERMINATOR;
        return BCrypt.verifyer(version, LongPasswordStrategies.none()).verify(password, hash).verified;
    }
}
