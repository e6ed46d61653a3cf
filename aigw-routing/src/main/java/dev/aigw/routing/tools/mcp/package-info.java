/**
 * Tools of MCP servers (Model Context Protocol), for any model.
 *
 * <p>Entry points: {@link dev.aigw.routing.tools.mcp.McpTools} and {@link dev.aigw.routing.tools.mcp.McpServer}. They
 * need {@code io.modelcontextprotocol.sdk:mcp-core} and one of its JSON mappers, {@code mcp-json-jackson2} or
 * {@code mcp-json-jackson3}, which an application adds. Reading order: {@code McpConnection} is the session with one
 * server; {@code ChildProcess} and {@code StdioTransport} run one on this machine; {@code ToolNames} fits names to what
 * vendors take; {@code McpContent} turns results into content.
 */
@NullMarked
package dev.aigw.routing.tools.mcp;

import org.jspecify.annotations.NullMarked;
