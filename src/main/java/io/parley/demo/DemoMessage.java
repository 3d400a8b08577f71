package io.parley.demo;

/** A message of a prompt. */
record DemoMessage(String role, String text) {

    boolean fromUser() {
        return role.equals("user");
    }
}
