package io.parley.demo.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes short texts that a regular expression matches. Supports literals, classes, groups, alternatives and quantifiers. The caller must check that the expression is valid, and that the text matches.
 */
final class PatternText {

    private static final int MAX_LENGTH = 10_000;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";
    private static final String DIGITS = "0123456789";
    /** Candidates for a negated class. */
    private static final String OTHERS = "a0A -_.,:;!?/\\\"'\n\t~é";

    private final String regex;
    private final int variant;
    private int at;
    private int written;

    private PatternText(String regex, int variant) {
        this.regex = regex;
        this.variant = variant;
    }

    /**
     * The text of this number, from 0.
     *
     * @param variant also the number of repetitions above the minimum that each quantifier has, if it allows them
     */
    static String of(String regex, int variant) {
        PatternText text = new PatternText(regex, variant);
        String result = text.alternatives();
        if (text.at < regex.length()) {
            throw unsupported();
        }
        return result;
    }

    private static UnsupportedSchema unsupported() {
        return new UnsupportedSchema("it has a regular expression that the demo model has no text for");
    }

    private String alternatives() {
        List<String> texts = new ArrayList<>(List.of(sequence()));
        while (accept("|")) {
            texts.add(sequence());
        }
        return texts.get(variant % texts.size());
    }

    private String sequence() {
        StringBuilder text = new StringBuilder();
        while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            String atom = atom();
            int count = count();
            written += atom.length() * count;
            if (count > MAX_LENGTH || written > MAX_LENGTH) {
                throw unsupported();
            }
            text.append(atom.repeat(count));
        }
        return text.toString();
    }

    private String atom() {
        char c = next();
        return switch (c) {
            case '(' -> group();
            case '[' -> characterClass();
            case '\\' -> escape();
            case '.' -> oneOf(LETTERS);
            case '^', '$' -> "";
            default -> Character.toString(c);
        };
    }

    private String group() {
        if (accept("?")) {
            if (accept("P<") || accept("<")) {
                at = regex.indexOf('>', at) + 1;
            } else if (!accept(":")) {
                throw unsupported(); // flags and look-around
            }
        }
        String text = alternatives();
        if (!accept(")")) {
            throw unsupported();
        }
        return text;
    }

    private String escape() {
        char c = next();
        return switch (c) {
            case 'd' -> oneOf(DIGITS);
            case 'w', 'D', 'S' -> oneOf(LETTERS);
            case 'W' -> "-";
            case 's' -> " ";
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case 'b', 'B', 'A', 'z' -> "";
            case 'p' -> property();
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    throw unsupported();
                }
                yield Character.toString(c);
            }
        };
    }

    private String property() {
        String name = Character.toString(next());
        if (name.equals("{")) {
            int end = regex.indexOf('}', at);
            name = regex.substring(at, end);
            at = end + 1;
        }
        return switch (name) {
            case "N", "Nd" -> oneOf(DIGITS);
            case "Lu" -> oneOf(LETTERS.toUpperCase(Locale.ROOT));
            case "L", "Ll", "Latin" -> oneOf(LETTERS);
            default -> throw unsupported();
        };
    }

    private String characterClass() {
        boolean negated = accept("^");
        StringBuilder members = new StringBuilder();
        boolean first = true;
        while (at < regex.length() && (regex.charAt(at) != ']' || first)) {
            first = false;
            String member = regex.charAt(at) == '\\' ? escapedMember() : Character.toString(next());
            if (at + 1 < regex.length() && regex.charAt(at) == '-' && regex.charAt(at + 1) != ']') {
                at++;
                String last = regex.charAt(at) == '\\' ? escapedMember() : Character.toString(next());
                IntStream.rangeClosed(member.charAt(0), Math.min(last.charAt(0), member.charAt(0) + 200))
                        .forEach(members::appendCodePoint);
            } else {
                members.append(member);
            }
        }
        if (!accept("]")) {
            throw unsupported();
        }
        return oneOf(
                negated
                        ? filter(OTHERS, c -> members.indexOf(Character.toString(c)) < 0)
                        : preferred(members.toString()));
    }

    /** An escape within a class; {@code \d} and the like stand for one of their members, unless the class is negated. */
    private String escapedMember() {
        next();
        if (accept("d")) {
            return DIGITS;
        }
        if (accept("s")) {
            return " \n\t\r";
        }
        return accept("w") ? "a0A_" : escape();
    }

    /** The letters and digits if the class has any, otherwise all members. */
    private static String preferred(String members) {
        String letters = filter(members, Character::isLetterOrDigit);
        return letters.isEmpty() ? members : letters;
    }

    private static String filter(String characters, IntPredicate kept) {
        return characters.chars().filter(kept).mapToObj(Character::toString).collect(Collectors.joining());
    }

    private String oneOf(String characters) {
        if (characters.isEmpty()) {
            throw unsupported();
        }
        return Character.toString(characters.charAt(variant % characters.length()));
    }

    /** Reads a quantifier, if there is one, and chooses a number of repetitions. */
    private int count() {
        int min = 1;
        int max = 1;
        if (accept("*")) {
            min = 0;
            max = Integer.MAX_VALUE;
        } else if (accept("+")) {
            max = Integer.MAX_VALUE;
        } else if (accept("?")) {
            min = 0;
        } else if (at < regex.length() && regex.charAt(at) == '{') {
            List<String> bounds = List.of(bracedQuantifier().split(",", -1));
            min = Integer.parseInt(bounds.getFirst());
            max = bounds.size() == 1
                    ? min
                    : bounds.getLast().isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(bounds.getLast());
        } else {
            return 1;
        }
        accept("?");
        return min + Math.min(variant, max - min);
    }

    private String bracedQuantifier() {
        int end = regex.indexOf('}', at);
        String bounds = end < 0 ? "" : regex.substring(at + 1, end);
        if (!bounds.matches("\\d{1,5}(?:,\\d{0,5})?")) {
            throw unsupported();
        }
        at = end + 1;
        return bounds;
    }

    private char next() {
        if (at >= regex.length()) {
            throw unsupported();
        }
        return regex.charAt(at++);
    }

    private boolean accept(String text) {
        boolean found = regex.startsWith(text, at);
        at += found ? text.length() : 0;
        return found;
    }
}
