package dev.aigw.examples.ecosystem;

import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Runs the application as a bean of Spring Boot, with its logging. */
@Configuration(proxyBeanMethods = false)
public class WithBoot {

    /** The application. */
    @Bean
    public Runnable application() {
        return Application::run;
    }

    /** Starts Spring Boot and runs the bean. */
    public static void main(String[] args) {
        System.out.println("Spring Boot " + SpringBootVersion.getVersion());
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(WithBoot.class)
                .web(WebApplicationType.NONE)
                .run(args)) {
            context.getBean(Runnable.class).run();
        }
        Libraries.print();
    }
}
