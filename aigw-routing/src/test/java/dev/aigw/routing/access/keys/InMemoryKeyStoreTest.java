package dev.aigw.routing.access.keys;

class InMemoryKeyStoreTest extends KeyStoreContract {

    private final KeyStore store = KeyStore.inMemory();

    @Override
    protected KeyStore store() {
        return store;
    }

    @Override
    protected KeyStore another() {
        return store;
    }
}
