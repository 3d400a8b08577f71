package io.parley.demo;

/** One message of what the demo vendor is asked. */
record DemoMessage(String role, String text) {

    boolean fromUser() {
        return role.equals("user");
    }
}
