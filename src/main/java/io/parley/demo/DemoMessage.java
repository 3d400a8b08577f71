package io.parley.demo;

/**
 * A message of a prompt.
 *
 * @param pictures how many pictures it has
 */
record DemoMessage(String role, String text, int pictures) {

    DemoMessage(String role, String text) {
        this(role, text, 0);
    }

    boolean fromUser() {
        return role.equals("user");
    }
}
