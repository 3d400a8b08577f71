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

    private static final ArchitectureRules HOUSE = new ArchitectureRules("io.parley");
    private static final ArchitectureRules SHAM = new ArchitectureRules("io.parley.architecture.planted");

    static Stream<Arguments> house() {
        return walls(HOUSE).stream().map(wall -> Arguments.of(wall.name(), wall.rule()));
    }

    static Stream<Arguments> sham() {
        return walls(SHAM).stream().map(wall -> Arguments.of(wall.name(), wall.rule(), wall.trespassers()));
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
    void stops(String name, ArchRule rule, List<String> trespassers) {
        List<String> found =
                rule.allowEmptyShould(true).evaluate(PLANTED).getFailureReport().getDetails();
        assertThat(trespassers)
                .allSatisfy(trespasser ->
                        assertThat(found).anySatisfy(line -> assertThat(line).contains(trespasser)));
    }

    private static List<Rule> walls(ArchitectureRules walls) {
        return List.of(
                new Rule("the contract knows only the JDK", walls.contractKnowsOnlyTheJdk(), "contract.ContractDependsOnVertx"),
                new Rule("the kernel knows no feature", walls.kernelKnowsNoFeature(), "config.ConfigDependsOnFeature"),
                new Rule("features do not know each other", walls.featuresDoNotKnowEachOther(), "gateway.FeatureDependsOnFeature"),
                new Rule("nobody knows who starts them", walls.nobodyKnowsWhoStartsThem(), "provider.FeatureDependsOnStarter"),
                new Rule("one class names the verticles", walls.oneClassNamesTheVerticles(), "planted.UnauthorizedStarter"),
                new Rule("routes are of http", walls.routesAreOfHttp(), "gateway.FeatureDependsOnFeature"),
                new Rule(
                        "stores are of persistence",
                        walls.storesAreOfPersistence(),
                        "gateway.MutableStatics",
                        "java.sql",
                        "io.vertx.ext.mongo"),
                new Rule("calls out are of providers", walls.callsOutAreOfProviders(), "persistence.HttpCaller"),
                new Rule("only the bus speaks on the bus", walls.onlyTheBusSpeaksOnTheBus(), "gateway.RawEventBusUser"),
                new Rule(
                        "statics never change",
                        walls.staticsNeverChange(),
                        "MutableStatics.count",
                        "MutableStatics.SEEN",
                        "MutableStatics.NAMES",
                        "MutableStatics.BYTES"),
                new Rule(
                        "verticles know little",
                        walls.verticlesKnowLittle(),
                        "OverprivilegedVerticle is given a io.vertx.core.Vertx"),
                new Rule("nothing runs programs", walls.nothingRunsPrograms(), "ProcessBuilder", "Runtime.exec"));
    }

    private record Rule(String name, ArchRule rule, List<String> trespassers) {
        private Rule(String name, ArchRule rule, String... trespassers) {
            this(name, rule, List.of(trespassers));
        }
    }
}
