package io.parley.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Complexity of a regular expression")
class RegexComplexityTest {

    @ParameterizedTest(name = "{0} is between {1} and {2}")
    @DisplayName("is close to the size of the unrolled expression")
    @CsvSource(
            delimiter = ';',
            value = {
                "I agree                        ; 7          ; 7",
                "(yes|no){2}                    ; 12         ; 16",
                "a{100}b{100}                   ; 200        ; 200",
                "a{2,50}                        ; 50         ; 50",
                "(a{1000}){1000}                ; 1000000    ; 1100000",
                "((a{1000}){1000}){1000}        ; 1000000000 ; 1100000000",
                "(?:(?:[ab]{999}c){999}d){999}  ; 997002999  ; 9223372036854775807",
                "\\{1000\\}                     ; 2          ; 8",
                "((((((a{1000}){1000}){1000}){1000}){1000}){1000}){1000} ; 9223372036854775807 ; 9223372036854775807",
                "a{1000                         ; 1          ; 10",
                "(?:a{1000}[(]){1000}           ; 1000000    ; 9223372036854775807",
                "(?:[{]a{1000}){1000}           ; 1000000    ; 9223372036854775807",
                "(?:[)]a{1000}){1000}           ; 1000000    ; 9223372036854775807",
                "(?:[](]a{1000}){1000}          ; 1000000    ; 9223372036854775807",
                "(a{200}\\Q(\\E){100}           ; 20000      ; 9223372036854775807",
                "((?:a{1000}[(]){1000}[(]){1000} ; 1000000000 ; 9223372036854775807",
                "[a-z]{2,50}@[a-z]{2,50}        ; 100        ; 120",
                "(?:[a-z]+ ){3}                 ; 15         ; 60",
                "(((                            ; 0          ; 3",
            })
    void unrolled(String pattern, long min, long max) {
        assertThat(RegexComplexity.of(pattern)).isBetween(min, max);
    }
}
