package io.parley;

import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Runs something when the process is asked to end. A shutdown hook would not do: it cannot decide the exit status, and it hears
 * no second signal. The JDK's own class for this is there but warned of by the compiler, so it is reached by name.
 */
final class Signals {

    private Signals() {}

    static void onEnd(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours =
                    Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> {
                        action.run();
                        return null;
                    });
            for (String name : List.of("TERM", "INT")) {
                Object which = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, handler).invoke(null, which, ours);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java cannot be told what to do on SIGTERM", e);
        }
    }
}
