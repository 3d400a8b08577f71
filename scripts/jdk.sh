# Sourced by the other scripts: finds a JDK 25 or newer and exports JAVA_HOME; exits with an error if it finds none.

needed=25

major() { # prints the major version of the JDK in $1, or 0
  [ -x "$1/bin/javac" ] || { echo 0; return; }
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
  [ -n "$version" ] || version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  echo "${version:-0}"
}

on_path() { # prints the home of the javac on the PATH
  found=$(command -v javac 2>/dev/null) || return 0
  found=$(readlink -f "$found" 2>/dev/null || echo "$found")
  echo "${found%/bin/javac}"
}

find_jdk() {
  for home in "${JAVA_HOME:-}" "$(on_path)" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* /usr/local/*jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
    "$HOME"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$home" ] && [ "$(major "$home")" -ge "$needed" ]; then
      echo "$home"
      return
    fi
  done
}

find_mvn() {
  for mvn in "$(command -v mvn 2>/dev/null)" "${M2_HOME:-}/bin/mvn" "${MAVEN_HOME:-}/bin/mvn" \
    /usr/share/maven/bin/mvn /opt/maven/bin/mvn /opt/*maven*/bin/mvn \
    "$HOME"/.sdkman/candidates/maven/current/bin/mvn; do
    if [ -n "$mvn" ] && [ -x "$mvn" ]; then
      echo "$mvn"
      return
    fi
  done
}

JAVA_HOME=$(find_jdk)
if [ -z "$JAVA_HOME" ]; then
  echo "No JDK $needed or newer was found: install one (for example Temurin $needed) or set JAVA_HOME." >&2
  exit 1
fi
export JAVA_HOME

need_mvn() { # sets $mvn, and suppresses JDK warnings about Maven itself
  export MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
  mvn=$(find_mvn)
  if [ -z "$mvn" ]; then
    echo "Maven was not found: install it, or add mvn to the PATH." >&2
    exit 1
  fi
}
