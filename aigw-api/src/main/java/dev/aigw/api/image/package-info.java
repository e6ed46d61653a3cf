/**
 * Images: a prompt, and maybe images to edit, in, images out. Doors: {@link dev.aigw.api.image.ImageRequest} and
 * {@link dev.aigw.api.image.ImageResponse}, to be read in that order.
 */
@NullMarked
package dev.aigw.api.image;

import org.jspecify.annotations.NullMarked;
