package io.parley.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Defines the architecture rules for the packages under {@code root}. */
record ArchitectureRules(String root) {

    /** Packages that every feature may import; all other packages are features. */
    private static final Set<String> KERNEL = Set.of("contract", "bus", "config", "json", "logging");

    /** Which sub-packages of {@code http} each of them may import. The root package wires them and may import all. */
    private static final Map<String, Set<String>> HTTP_LAYERS = Map.ofEntries(
            Map.entry("server", Set.of()),
            Map.entry("stream", Set.of("server")),
            Map.entry("routing", Set.of("server")),
            Map.entry("context", Set.of("routing")),
            Map.entry("admin", Set.of("server", "stream", "routing")),
            Map.entry("generation", Set.of("server", "stream", "routing")),
            Map.entry("conversation", Set.of("server", "stream", "routing")),
            Map.entry("ai", Set.of("server", "stream", "routing", "generation")),
            Map.entry("openai", Set.of("server", "stream", "routing", "generation")),
            Map.entry("anthropic", Set.of("server", "stream", "routing", "generation")),
            Map.entry("responses", Set.of("server", "stream", "routing", "generation", "openai")),
            Map.entry("websocket", Set.of("server", "stream", "routing", "conversation")),
            Map.entry("auth", Set.of()));

    /** Which sub-packages of {@code persistence} each of them may import. */
    private static final Map<String, Set<String>> PERSISTENCE_LAYERS = Map.of(
            "store", Set.of(),
            "sqlite", Set.of("store"),
            "mongo", Set.of("store"),
            "run", Set.of("store"),
            "accounting", Set.of("store", "run"));

    /** Features whose root package only wires the sub-packages. */
    private static final Set<String> WIRED = Set.of("http", "persistence", "export", "gateway", "provider");

    /** Types of static fields that are immutable, besides primitives, enums and records. */
    private static final List<String> IMMUTABLE_TYPES = List.of(
            "java.lang.String",
            "java.lang.Class",
            "java.time.",
            "java.util.List",
            "java.util.Set",
            "java.util.Map",
            "java.util.Comparator",
            "java.util.HexFormat",
            "java.util.Base64$",
            "java.util.regex.Pattern",
            "java.math.",
            "java.net.URI",
            "java.nio.charset.Charset",
            "org.slf4j.Logger",
            "com.knuddels.jtokkit.api.Encoding",
            "com.fasterxml.jackson.core.JsonFactory",
            "com.fasterxml.jackson.databind.json.JsonMapper",
            "com.fasterxml.jackson.databind.ObjectMapper",
            "com.fasterxml.jackson.databind.ObjectReader",
            "com.fasterxml.jackson.databind.node.JsonNodeFactory",
            "com.fasterxml.jackson.databind.ObjectWriter",
            "io.vertx.core.eventbus.DeliveryOptions");

    ArchRule contractDependsOnlyOnJdk() {
        return classes()
                .that()
                .resideInAPackage(in("contract"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", in("contract"), "org.jspecify..");
    }

    ArchRule kernelDependsOnNoFeature() {
        return classes()
                .that(belongTo("the kernel", KERNEL::contains))
                .should()
                .onlyDependOnClassesThat(thirdParty().or(belongTo("the kernel", KERNEL::contains)));
    }

    ArchRule featuresAreIndependent() {
        return slices().assignedFrom(features()).should().notDependOnEachOther();
    }

    ArchRule nothingDependsOnRootPackage() {
        return noClasses()
                .that(belongTo("any part", part -> !part.isEmpty()))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root);
    }

    ArchRule onlyServerDeploysVerticles() {
        return noClasses()
                .that()
                .resideInAPackage(root)
                .and()
                .doNotHaveSimpleName("Server")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(VerticleBase.class);
    }

    ArchRule onlyHttpUsesVertxWeb() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(in("http"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx.ext.web..");
    }

    ArchRule onlyPersistenceUsesDatabases() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(in("persistence"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx.ext.mongo..",
                        "com.mongodb..",
                        "org.bson..",
                        "java.sql..",
                        "javax.sql..",
                        "org.sqlite..");
    }

    ArchRule onlyProvidersUseHttpClients() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(in("provider"), in("http.auth"))
                .and()
                .doNotHaveFullyQualifiedName(root + ".HealthCheck")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "io\\.vertx\\.core\\.http\\.(HttpClient|WebSocketClient).*|io\\.vertx\\.ext\\.web\\.client\\..*"
                                + "|java\\.net\\.http\\..*|java\\.net\\.(HttpURLConnection|URLConnection)");
    }

    ArchRule onlyBusUsesEventBus() {
        return noClasses().that().resideOutsideOfPackage(in("bus")).should().callMethod(Vertx.class, "eventBus");
    }

    ArchRule staticsAreImmutable() {
        return fields().that()
                .areStatic()
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage(root + "..")
                .should()
                .beFinal()
                .andShould(haveImmutableTypes());
    }

    ArchRule verticlesHaveNarrowConstructors() {
        return classes()
                .that()
                .areAssignableTo(VerticleBase.class)
                .should(new ArchCondition<>("take only their configuration, the bus, clocks and ids") {
                    @Override
                    public void check(JavaClass verticle, ConditionEvents events) {
                        verticle.getConstructors().stream()
                                .filter(constructor ->
                                        constructor.getModifiers().contains(JavaModifier.PUBLIC))
                                .flatMap(constructor -> constructor.getRawParameterTypes().stream())
                                .filter(type -> !(type.isPrimitive()
                                        || type.getPackageName().equals(root + ".config")
                                        || type.getPackageName().equals(root + ".bus")
                                        || ALLOWED_PARAMETERS.contains(type.getName())))
                                .forEach(type -> events.add(SimpleConditionEvent.violated(
                                        verticle, verticle.getName() + " takes a " + type.getName())));
                    }
                });
    }

    ArchRule nothingStartsProcesses() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.ProcessBuilder.*|javax\\.script\\..*|javax\\.tools\\..*")
                .orShould()
                .callMethodWhere(DescribedPredicate.describe(
                        "run a program",
                        call -> call.getTargetOwner().isEquivalentTo(Runtime.class)
                                && call.getName().equals("exec")));
    }

    private static final Set<String> ALLOWED_PARAMETERS = Set.of(
            "java.lang.String",
            "java.util.List",
            "java.time.InstantSource",
            "java.util.function.LongSupplier",
            "java.util.random.RandomGenerator");

    ArchRule subPackagesAreFreeOfCycles() {
        return slices().matching(root + ".(*).(*)..").should().beFreeOfCycles();
    }

    ArchRule httpLayersAreRespected() {
        return layers("http", HTTP_LAYERS);
    }

    ArchRule persistenceLayersAreRespected() {
        return layers("persistence", PERSISTENCE_LAYERS);
    }

    ArchRule wiringIsNotImported() {
        return noClasses()
                .that(DescribedPredicate.describe(
                        "are in a sub-package of a feature",
                        type -> !subPackage(type).isEmpty()))
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "wire the feature",
                        type -> WIRED.contains(featureOf(type))
                                && subPackage(type).isEmpty()));
    }

    private ArchRule layers(String feature, Map<String, Set<String>> layers) {
        return classes()
                .that(DescribedPredicate.describe(
                        "are in a sub-package of " + feature,
                        type -> featureOf(type).equals(feature)
                                && !subPackage(type).isEmpty()))
                .should(new ArchCondition<>("import only the layers below") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        String own = subPackage(type);
                        type.getDirectDependenciesFromSelf().stream()
                                .map(dependency -> dependency.getTargetClass())
                                .filter(target -> featureOf(target).equals(feature))
                                .filter(target -> !subPackage(target).isEmpty()
                                        && !subPackage(target).equals(own)
                                        && !layers.getOrDefault(own, Set.of()).contains(subPackage(target)))
                                .forEach(target -> events.add(SimpleConditionEvent.violated(
                                        type, type.getName() + " imports " + target.getName())));
                    }
                });
    }

    /** The first segment under {@code root}; empty for any class outside. */
    private String featureOf(JavaClass type) {
        return (type.getPackageName() + ".").startsWith(root + ".") ? partOf(type) : "";
    }

    /** The second segment under {@code root}; empty for a class of a feature's root package and for any class outside. */
    private String subPackage(JavaClass type) {
        String feature = featureOf(type);
        String rest =
                feature.isEmpty() ? "" : (type.getPackageName() + ".").substring((root + "." + feature + ".").length());
        return rest.isEmpty() ? "" : rest.substring(0, rest.indexOf('.'));
    }

    private String in(String part) {
        return root + "." + part + "..";
    }

    private DescribedPredicate<JavaClass> thirdParty() {
        return DescribedPredicate.describe(
                "are third-party", type -> !(type.getPackageName() + ".").startsWith(root + "."));
    }

    private DescribedPredicate<JavaClass> belongTo(String name, java.util.function.Predicate<String> parts) {
        return DescribedPredicate.describe(
                "belong to " + name,
                type -> (type.getPackageName() + ".").startsWith(root + ".") && parts.test(partOf(type)));
    }

    private String partOf(JavaClass type) {
        String rest = (type.getPackageName() + ".").substring(root.length() + 1);
        return rest.isEmpty() ? "" : rest.substring(0, rest.indexOf('.'));
    }

    private SliceAssignment features() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                boolean feature = belongTo("a feature", part -> !part.isEmpty() && !KERNEL.contains(part))
                        .test(type);
                return feature ? SliceIdentifier.of(partOf(type)) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "features";
            }
        };
    }

    private static ArchCondition<JavaField> haveImmutableTypes() {
        return new ArchCondition<>("hold immutable values") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                JavaClass type = field.getRawType();
                boolean known = type.isPrimitive()
                        || type.isEnum()
                        || type.isRecord()
                        || IMMUTABLE_TYPES.stream()
                                .anyMatch(name -> type.getName().equals(name)
                                        || (name.matches(".*[.$]")
                                                && type.getName().startsWith(name)));
                if (!known || !mutableCollections(field.getOwner()).isEmpty()) {
                    events.add(SimpleConditionEvent.violated(
                            field,
                            field.getFullName() + " is a " + type.getName() + " "
                                    + mutableCollections(field.getOwner())));
                }
            }
        };
    }

    /** Mutable collections that a static initializer creates. */
    private static List<String> mutableCollections(JavaClass owner) {
        return owner.getStaticInitializer().stream()
                .flatMap(code -> code.getConstructorCallsFromSelf().stream())
                .map(call -> call.getTargetOwner())
                .filter(target -> target.isAssignableTo(Collection.class)
                        || target.isAssignableTo(Map.class)
                        || target.getPackageName().startsWith("java.util.concurrent"))
                .map(JavaClass::getSimpleName)
                .toList();
    }
}
