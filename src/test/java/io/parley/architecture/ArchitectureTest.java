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

/** Checks the architecture rules, and that each of them detects a violation planted for it. */
class ArchitectureTest {

    private static final JavaClasses PARLEY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.parley");
    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages("io.parley.architecture.planted");

    private static final ArchitectureRules RULES = new ArchitectureRules("io.parley");
    private static final ArchitectureRules PLANTED_RULES = new ArchitectureRules("io.parley.architecture.planted");

    static Stream<Arguments> rules() {
        return allRules(RULES).stream().map(rule -> Arguments.of(rule.name(), rule.rule()));
    }

    static Stream<Arguments> plantedRules() {
        return allRules(PLANTED_RULES).stream().map(rule -> Arguments.of(rule.name(), rule.rule(), rule.violations()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    @DisplayName("every architecture rule holds")
    void holds(String name, ArchRule rule) {
        rule.allowEmptyShould(true).check(PARLEY);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plantedRules")
    @DisplayName("every rule detects a planted violation")
    void detects(String name, ArchRule rule, List<String> violations) {
        List<String> found =
                rule.allowEmptyShould(true).evaluate(PLANTED).getFailureReport().getDetails();
        assertThat(violations)
                .allSatisfy(violation ->
                        assertThat(found).anySatisfy(line -> assertThat(line).contains(violation)));
    }

    private static List<Rule> allRules(ArchitectureRules rules) {
        return List.of(
                new Rule(
                        "the contract depends only on the JDK",
                        rules.contractDependsOnlyOnJdk(),
                        "contract.ContractDependsOnVertx"),
                new Rule(
                        "the kernel depends on no feature",
                        rules.kernelDependsOnNoFeature(),
                        "config.ConfigDependsOnFeature"),
                new Rule(
                        "features do not depend on each other",
                        rules.featuresAreIndependent(),
                        "gateway.FeatureDependsOnFeature"),
                new Rule(
                        "nothing depends on the root package",
                        rules.nothingDependsOnRootPackage(),
                        "provider.FeatureDependsOnStarter"),
                new Rule(
                        "only Server deploys verticles",
                        rules.onlyServerDeploysVerticles(),
                        "planted.UnauthorizedStarter"),
                new Rule("only http uses Vert.x Web", rules.onlyHttpUsesVertxWeb(), "gateway.FeatureDependsOnFeature"),
                new Rule(
                        "only persistence uses databases",
                        rules.onlyPersistenceUsesDatabases(),
                        "gateway.MutableStatics",
                        "java.sql",
                        "io.vertx.ext.mongo"),
                new Rule(
                        "only provider and http.auth use HTTP clients",
                        rules.onlyProvidersUseHttpClients(),
                        "persistence.HttpCaller"),
                new Rule("only the bus uses the event bus", rules.onlyBusUsesEventBus(), "gateway.RawEventBusUser"),
                new Rule(
                        "statics are immutable",
                        rules.staticsAreImmutable(),
                        "MutableStatics.count",
                        "MutableStatics.SEEN",
                        "MutableStatics.NAMES",
                        "MutableStatics.BYTES"),
                new Rule(
                        "verticles have narrow constructors",
                        rules.verticlesHaveNarrowConstructors(),
                        "OverprivilegedVerticle takes a io.vertx.core.Vertx"),
                new Rule("nothing starts processes", rules.nothingStartsProcesses(), "ProcessBuilder", "Runtime.exec"),
                new Rule(
                        "sub-packages are free of cycles",
                        rules.subPackagesAreFreeOfCycles(),
                        "CyclicAi",
                        "CyclicOpenAi"),
                new Rule(
                        "the layers of http are respected",
                        rules.httpLayersAreRespected(),
                        "http.server.ServerDependsOnRouting"),
                new Rule(
                        "the layers of persistence are respected",
                        rules.persistenceLayersAreRespected(),
                        "persistence.store.PortDependsOnAdapter"),
                new Rule("wiring is not imported", rules.wiringIsNotImported(), "http.ai.FormatDependsOnWiring"));
    }

    private record Rule(String name, ArchRule rule, List<String> violations) {
        private Rule(String name, ArchRule rule, String... violations) {
            this(name, rule, List.of(violations));
        }
    }
}
