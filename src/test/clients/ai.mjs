// The AI SDK with one of its providers.
import { APICallError, embedMany, generateText, Output, stepCountIs, streamText, tool, jsonSchema } from 'ai';
import * as c from './check.mjs';

/**
 * Tries the features. `make(url, key)` returns functions from the name of a model to a model, and perhaps to an embedding model;
 * `thinking` are the options to think; `invalid(target)` is a parameter that the API refuses, if the library sends any.
 */
export async function run(name, make, thinking, invalid = () => ({ temperature: 9 })) {
  const model = (target, url = target.url, key = c.KEY) => make(url, key).model(target.model);
  const tools = {
    weather: tool({ inputSchema: jsonSchema(c.WEATHER_SCHEMA), execute: async (input) => c.weather(input) }),
  };
  const call = (target, more) => ({ model: model(target), maxRetries: 0, ...more });
  const generate = (target, more) => generateText(call(target, more));
  const stream = async (target, more) => {
    let failure;
    const result = streamText(call(target, { onError: ({ error }) => (failure = error), ...more }));
    const parts = await c.collect(result.stream ?? result.fullStream);
    if (failure) throw failure;
    return { result, parts };
  };
  await c.run(name, {
    text: async (target) => c.equal((await generate(target, { prompt: c.PROMPT })).text, c.ANSWER),
    stream: async (target) => {
      const { result, parts } = await stream(target, { prompt: c.PROMPT });
      c.streamed(parts.filter((part) => part.type === 'text-delta').map((part) => part.text));
      c.equal(await result.finishReason, 'stop', 'finish reason');
    },
    tools: async (target) => {
      const more = { prompt: c.WEATHER, tools, stopWhen: stepCountIs(3) };
      c.equal((await generate(target, more)).text, c.WEATHER_ANSWER);
    },
    'streamed tools': async (target) => {
      const { result } = await stream(target, { prompt: c.WEATHER, tools, stopWhen: stepCountIs(3) });
      c.equal(await result.text, c.WEATHER_ANSWER);
    },
    'JSON schema': async (target) => {
      const output = Output.object({ schema: jsonSchema(c.PLACE_SCHEMA) });
      c.place((await generate(target, { prompt: c.PLACE, output })).output);
    },
    picture: async (target) => {
      const image = { type: 'file', mediaType: 'image/png', data: c.PNG };
      const messages = [{ role: 'user', content: [{ type: 'text', text: c.PICTURE }, image] }];
      c.equal((await generate(target, { messages })).text, c.PICTURE_ANSWER);
    },
    thinking: thinking && (async (target) => {
      const whole = await generate(target, { prompt: c.PROMPT, providerOptions: thinking });
      c.equal(whole.text, c.ANSWER);
      c.equal(whole.reasoningText, c.THOUGHTS, 'thoughts');
      const { parts } = await stream(target, { prompt: c.PROMPT, providerOptions: thinking });
      c.equal(parts.filter((part) => part.type === 'reasoning-delta').map((part) => part.text).join(''), c.THOUGHTS, 'thoughts');
    }),
    embeddings: make('', '').embeddings && (async (target) => {
      const embedding = make(target.url, c.KEY).embeddings(target.embeddingModel);
      c.embeddings((await embedMany({ model: embedding, values: c.TEXTS, maxRetries: 0 })).embeddings);
    }),
    usage: async (target) => {
      const whole = await generate(target, { prompt: c.PROMPT });
      c.usage(whole.usage.inputTokens, whole.usage.outputTokens);
      const { result } = await stream(target, { prompt: c.PROMPT });
      const usage = await result.usage;
      c.usage(usage.inputTokens, usage.outputTokens);
    },
    errors: async (target) => {
      const typed = (e) => APICallError.isInstance(e);
      const failing = { model: model(target, target.failingUrl), maxRetries: 0 };
      const unknown = model(target, target.url, c.UNKNOWN_KEY);
      await c.fails(401, () => generateText({ model: unknown, prompt: c.PROMPT, maxRetries: 0 }), typed);
      if (invalid(target)) {
        const named = (e) => /temperature|top_p/.test(e.message);
        await c.fails(400, () => generateText({ ...failing, prompt: c.PROMPT, ...invalid(target) }), named);
      }
      await c.fails(429, () => generateText({ ...failing, prompt: c.LIMITED }), typed);
    },
  });
}
