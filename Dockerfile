# docker build -t parley . && docker run -p 8080:8080 -e LOGTO_ENDPOINT=… -e LOGTO_RESOURCE=… -v parley-data:/data parley
# With a read-only root file system: docker run --read-only --tmpfs /tmp:exec … (SQLite unpacks its library in /tmp)

FROM maven:3.9.16-eclipse-temurin-25-noble AS build
WORKDIR /src
COPY pom.xml ./
COPY src/main src/main
COPY conf conf
RUN ["mvn", "-B", "-q", "package", "-P", "!format", "-Dmaven.test.skip=true", "-Djacoco.skip=true"]

FROM eclipse-temurin:25.0.4_7-jre-noble
RUN ["install", "-d", "-o", "10001", "-g", "10001", "-m", "0700", "/data"]
WORKDIR /app
COPY --from=build /src/target/lib lib
COPY --from=build /src/target/parley.jar parley.jar
COPY conf conf
ENV HOST=0.0.0.0 DATA_DIR=/data LOG_FORMAT=json
EXPOSE 8080
VOLUME /data
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["java", "-XX:TieredStopAtLevel=1", "-Xmx32m", "-cp", "parley.jar", "io.parley.HealthCheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", "-XX:+DisableAttachMechanism", \
  "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Dio.netty.jfr.enabled=false", \
  "-jar", "parley.jar"]
