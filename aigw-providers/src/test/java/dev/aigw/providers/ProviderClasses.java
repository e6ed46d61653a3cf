package dev.aigw.providers;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The classes of this module without its tests, imported once for all tests that look at them. */
final class ProviderClasses {

    static final String ROOT = "dev.aigw.providers";
    static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private ProviderClasses() {}
}
