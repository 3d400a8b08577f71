import { Agent } from '@mastra/core/agent';
import { ModelRouterEmbeddingModel } from '@mastra/core/llm';
import { createTool } from '@mastra/core/tools';
import { z } from 'zod';
import * as c from './check.mjs';

const weather = createTool({
  id: 'weather',
  description: 'The weather in a city.',
  inputSchema: z.object({ city: z.string() }),
  execute: async (input) => c.weather(input.context ?? input),
});
const schema = z.object({ city: z.string(), population: z.number().int() });

for (const api of ['chat', 'responses']) {
  const model = (target, url = target.url, apiKey = c.KEY) => ({
    providerId: 'parley', modelId: target.model, url: `${url}/v1`, apiKey, api,
  });
  const agent = (target, more) =>
    new Agent({ id: 'agent', name: 'agent', instructions: 'Be brief.', maxRetries: 0, model: model(target), ...more });
  const finished = (output) => {
    if (output.error) throw output.error;
    return output;
  };
  const generate = async (target, prompt, options, more) => finished(await agent(target, more).generate(prompt, options));
  const usage = ({ inputTokens, outputTokens }) => c.usage(inputTokens, outputTokens);
  await c.run(`@mastra/core, ${api}`, {
    text: async (target) => c.equal((await generate(target, c.PROMPT)).text, c.ANSWER),
    stream: async (target) => {
      const output = await agent(target).stream(c.PROMPT);
      const pieces = await c.collect(output.textStream);
      finished(output);
      c.streamed(pieces);
    },
    tools: async (target) =>
      c.equal((await generate(target, c.WEATHER, { maxSteps: 3 }, { tools: { weather } })).text, c.WEATHER_ANSWER),
    'streamed tools': async (target) => {
      const output = await agent(target, { tools: { weather } }).stream(c.WEATHER, { maxSteps: 3 });
      const answer = (await c.collect(output.textStream)).join('');
      finished(output);
      c.equal(answer, c.WEATHER_ANSWER);
    },
    'JSON schema': async (target) => c.place((await generate(target, c.PLACE, { structuredOutput: { schema } })).object),
    picture: async (target) => {
      const image = { type: 'file', mediaType: 'image/png', mimeType: 'image/png', data: c.PNG };
      const content = [{ type: 'text', text: c.PICTURE }, image];
      c.equal((await generate(target, [{ role: 'user', content }])).text, c.PICTURE_ANSWER);
    },
    thinking: async (target) => {
      const parley = { reasoningEffort: 'low' };
      const openai = { reasoningEffort: 'low', reasoningSummary: 'auto' };
      const output = await generate(target, c.PROMPT, { providerOptions: { parley, openai } });
      c.equal(output.text, c.ANSWER);
      c.equal(output.reasoningText, c.THOUGHTS, 'thoughts');
    },
    embeddings: api === 'chat' && (async (target) => {
      const { api: _, ...config } = model({ ...target, model: target.embeddingModel });
      c.embeddings((await new ModelRouterEmbeddingModel(config).doEmbed({ values: c.TEXTS })).embeddings);
    }),
    // It does not ask for the usage of chat completions, which it always streams.
    usage: api === 'responses' && (async (target) => {
      usage((await generate(target, c.PROMPT)).usage);
      const output = await agent(target).stream(c.PROMPT);
      await c.collect(output.textStream);
      usage(await output.usage);
    }),
    errors: async (target) => {
      // It does not send temperatures to models that do not take them.
      const invalid = { modelSettings: { maxOutputTokens: -5 } };
      const unknown = { model: model(target, target.url, c.UNKNOWN_KEY) };
      const failing = { model: model(target, target.failingUrl) };
      await c.fails(401, () => generate(target, c.PROMPT, {}, unknown));
      await c.fails(400, () => generate(target, c.PROMPT, invalid, failing));
      await c.fails(429, () => generate(target, c.LIMITED, {}, failing));
    },
  });
}
