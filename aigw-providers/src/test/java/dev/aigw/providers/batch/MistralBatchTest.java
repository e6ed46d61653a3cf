package dev.aigw.providers.batch;

import dev.aigw.api.batch.BatchPart;

class MistralBatchTest extends BatchContract<FakeMistral> {

    MistralBatchTest() {
        super(new FakeMistral());
    }

    @Override
    String resultsPath(BatchPart part) {
        return "files/out-" + part.id() + "/content";
    }
}
