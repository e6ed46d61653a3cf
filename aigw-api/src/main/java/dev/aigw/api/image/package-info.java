/**
 * Images: generates images from a prompt, or edits given ones. Entry points, in reading order:
 * {@link dev.aigw.api.image.ImageRequest} and {@link dev.aigw.api.image.ImageResponse}.
 */
@NullMarked
package dev.aigw.api.image;

import org.jspecify.annotations.NullMarked;
