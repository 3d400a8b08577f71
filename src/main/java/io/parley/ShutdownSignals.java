package io.parley;

import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Runs an action on SIGTERM and SIGINT. A shutdown hook is not an alternative: it cannot set the exit status and does
 * not receive a second signal. The compiler warns of any use of the JDK's internal signal class, so it is loaded by
 * name.
 */
final class ShutdownSignals {

    private ShutdownSignals() {}

    static void onShutdown(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    ShutdownSignals.class.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> {
                        action.run();
                        return null;
                    });
            for (String name : List.of("TERM", "INT")) {
                Object instance = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, handler).invoke(null, instance, proxy);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM does not support signal handlers", e);
        }
    }
}
