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

/** The walls of the house, as rules about the packages under {@code root}. */
record ArchitectureRules(String root) {

    /** Everything else is a feature. */
    private static final Set<String> KERNEL = Set.of("contract", "bus", "config", "json", "logging");

    /** What a static field may hold besides primitives, enums and records: values that nothing changes. */
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
                .should(new ArchCondition<>("be given their configuration, the bus, a clock and ids") {
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
                                        verticle, verticle.getName() + " is given a " + type.getName())));
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

    private String in(String part) {
        return root + "." + part + "..";
    }

    private DescribedPredicate<JavaClass> thirdParty() {
        return DescribedPredicate.describe(
                "are not ours", type -> !(type.getPackageName() + ".").startsWith(root + "."));
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
        return new ArchCondition<>("hold what nothing changes") {
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

    /** Collections that can be changed and are made while the class is loaded. */
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
