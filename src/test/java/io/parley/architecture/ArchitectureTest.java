package io.parley.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The walls stand; and each of them is seen to stop somebody who was sent against it. */
class ArchitectureTest {

    private static final JavaClasses PARLEY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.parley");
    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages("io.parley.architecture.planted");

    private static final ArchitectureRules RULES = new ArchitectureRules("io.parley");
    private static final ArchitectureRules PLANTED_RULES = new ArchitectureRules("io.parley.architecture.planted");

    static Stream<Arguments> house() {
        return allRules(RULES).stream().map(rule -> Arguments.of(rule.name(), rule.rule()));
    }

    static Stream<Arguments> sham() {
        return allRules(PLANTED_RULES).stream().map(rule -> Arguments.of(rule.name(), rule.rule(), rule.violations()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("house")
    @DisplayName("the walls stand")
    void stands(String name, ArchRule rule) {
        rule.allowEmptyShould(true).check(PARLEY);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sham")
    @DisplayName("each wall stops whoever is sent against it")
    void stops(String name, ArchRule rule, List<String> violations) {
        List<String> found =
                rule.allowEmptyShould(true).evaluate(PLANTED).getFailureReport().getDetails();
        assertThat(violations)
                .allSatisfy(violation ->
                        assertThat(found).anySatisfy(line -> assertThat(line).contains(violation)));
    }

    private static List<Rule> allRules(ArchitectureRules rules) {
        return List.of(
                new Rule(
                        "the contract knows only the JDK",
                        rules.contractDependsOnlyOnJdk(),
                        "contract.ContractDependsOnVertx"),
                new Rule(
                        "the kernel knows no feature",
                        rules.kernelDependsOnNoFeature(),
                        "config.ConfigDependsOnFeature"),
                new Rule(
                        "features do not know each other",
                        rules.featuresAreIndependent(),
                        "gateway.FeatureDependsOnFeature"),
                new Rule(
                        "nobody knows who starts them",
                        rules.nothingDependsOnRootPackage(),
                        "provider.FeatureDependsOnStarter"),
                new Rule(
                        "one class names the verticles",
                        rules.onlyServerDeploysVerticles(),
                        "planted.UnauthorizedStarter"),
                new Rule("routes are of http", rules.onlyHttpUsesVertxWeb(), "gateway.FeatureDependsOnFeature"),
                new Rule(
                        "stores are of persistence",
                        rules.onlyPersistenceUsesDatabases(),
                        "gateway.MutableStatics",
                        "java.sql",
                        "io.vertx.ext.mongo"),
                new Rule("calls out are of providers", rules.onlyProvidersUseHttpClients(), "persistence.HttpCaller"),
                new Rule("only the bus speaks on the bus", rules.onlyBusUsesEventBus(), "gateway.RawEventBusUser"),
                new Rule(
                        "statics never change",
                        rules.staticsAreImmutable(),
                        "MutableStatics.count",
                        "MutableStatics.SEEN",
                        "MutableStatics.NAMES",
                        "MutableStatics.BYTES"),
                new Rule(
                        "verticles know little",
                        rules.verticlesHaveNarrowConstructors(),
                        "OverprivilegedVerticle is given a io.vertx.core.Vertx"),
                new Rule("nothing runs programs", rules.nothingStartsProcesses(), "ProcessBuilder", "Runtime.exec"));
    }

    private record Rule(String name, ArchRule rule, List<String> violations) {
        private Rule(String name, ArchRule rule, String... violations) {
            this(name, rule, List.of(violations));
        }
    }
}
