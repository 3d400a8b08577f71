package io.parley.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes SHA-256 digests. It is part of the contract because trace ids are derived with it. */
public final class Sha256 {

    private Sha256() {}

    /** The 32 bytes of the digest of {@code text} in UTF-8. */
    public static byte[] digest(String text) {
        return digest(text.getBytes(UTF_8));
    }

    /** The digest of {@code text} in UTF-8, as 64 hexadecimal digits in lower case. */
    public static String hex(String text) {
        return hex(text.getBytes(UTF_8));
    }

    /** The digest of {@code bytes}, as 64 hexadecimal digits in lower case. */
    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(digest(bytes));
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has SHA-256
        }
    }
}
