package dev.aigw.api.guard;

/**
 * A request or reply of an application's own {@link dev.aigw.api.Operation} whose content guards can read and change.
 * The built-in requests and replies need no such method: guards know them.
 *
 * <pre>{@code
 * record Ocr(String model, Media page, String hint) implements ModelRequest, EditableContent<Ocr> {
 *   public Ocr edited(ContentEditor editor) {
 *     return new Ocr(model, editor.media(ContentOrigin.USER, "page", page),
 *         editor.text(ContentOrigin.USER, "hint", hint));
 *   }
 * }
 * }</pre>
 *
 * @param <T> the type itself
 */
public interface EditableContent<T> {

    /**
     * Returns this with the content that {@code editor} returns. Each piece is visited once, always in the same order.
     */
    T edited(ContentEditor editor);
}
