import { Anthropic as AnthropicLLM, AnthropicSession } from '@llamaindex/anthropic';
import { OpenAI as OpenAILLM, OpenAIEmbedding, OpenAIResponses } from '@llamaindex/openai';
import { tool } from 'llamaindex';
import { z } from 'zod';
import * as c from './check.mjs';

const say = (content) => ({ messages: [{ role: 'user', content }] });
const text = ({ message: { content } }) =>
  typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
const weather = tool({
  name: 'weather',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string() }),
  execute: async (input) => c.weather(input),
});

/** Tries the features. `make(url, key, model, more)` returns a model. */
async function run(name, make, more = {}) {
  const model = (target, options) => make(target.url, c.KEY, target.model, options);
  await c.run(name, {
    text: async (target) => c.equal(text(await model(target).chat(say(c.PROMPT))), c.ANSWER),
    stream: async (target) => {
      const chunks = await c.collect(await model(target).chat({ ...say(c.PROMPT), stream: true }));
      c.streamed(chunks.map((chunk) => chunk.delta).filter(Boolean));
    },
    tools: async (target) => {
      const { messages } = say(c.WEATHER);
      const request = { messages, tools: [weather] };
      const { message } = await model(target).chat(request);
      messages.push(message);
      for (const call of message.options.toolCall) {
        const input = typeof call.input === 'string' ? JSON.parse(call.input) : call.input;
        const toolResult = { id: call.id, result: c.weather(input), isError: false };
        messages.push({ role: 'user', content: toolResult.result, options: { toolResult } });
      }
      c.equal(text(await model(target).chat(request)), c.WEATHER_ANSWER);
    },
    picture: async (target) => {
      const parts = [{ type: 'text', text: c.PICTURE }, { type: 'image_url', image_url: { url: c.PNG_URL } }];
      c.equal(text(await model(target).chat(say(parts))), c.PICTURE_ANSWER);
    },
    errors: async (target) => {
      const failing = (options) => make(target.failingUrl, c.KEY, target.model, options);
      await c.fails(401, () => make(target.url, c.UNKNOWN_KEY, target.model).chat(say(c.PROMPT)));
      await c.fails(400, () => failing({ temperature: 9 }).chat(say(c.PROMPT)), (e) => e.message.includes('temperature'));
      await c.fails(429, () => failing().chat(say(c.LIMITED)));
    },
    ...more,
  });
}

// The library sends a temperature of 0.1 by default, which reasoning models refuse.
const openai = (Model) => (url, apiKey, model, more) =>
  new Model({ model, apiKey, baseURL: `${url}/v1`, maxRetries: 0, temperature: 1, ...more });
const responseFormat = z.object({ city: z.string(), population: z.number().int() });

await run('llamaindex, OpenAI chat', openai(OpenAILLM), {
  'JSON schema': async (target) =>
    c.place(text(await openai(OpenAILLM)(target.url, c.KEY, target.model).chat({ ...say(c.PLACE), responseFormat }))),
  embeddings: async (target) =>
    c.embeddings(await openai(OpenAIEmbedding)(target.url, c.KEY, target.embeddingModel).getTextEmbeddings(c.TEXTS)),
});
// Of a stream of responses, it repeats the last pieces, whatever the server is.
await run('llamaindex, OpenAI responses', openai(OpenAIResponses), { stream: undefined });
await run('llamaindex, Anthropic', (url, apiKey, model, more) => {
  const session = new AnthropicSession({ apiKey, baseURL: url, maxRetries: 0 });
  return new AnthropicLLM({ model, session, ...more });
});
