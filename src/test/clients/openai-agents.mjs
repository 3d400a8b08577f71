import {
  Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, setTracingDisabled, tool,
} from '@openai/agents';
import OpenAI from 'openai';
import { z } from 'zod';
import * as c from './check.mjs';

setTracingDisabled(true);
const weather = tool({
  name: 'weather',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string() }),
  execute: async (input) => c.weather(input),
});
const runner = new Runner({ tracingDisabled: true });

for (const [api, Model] of [['chat', OpenAIChatCompletionsModel], ['responses', OpenAIResponsesModel]]) {
  const agent = (target, more = {}, url = target.url, apiKey = c.KEY) => {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
    return new Agent({ name: 'Agent', model: new Model(client, target.model), ...more });
  };
  const run = (...args) => runner.run(...args);
  const usage = (result) => result.rawResponses[0].usage;
  await c.run(`@openai/agents, ${api}`, {
    text: async (target) => c.equal((await run(agent(target), c.PROMPT)).finalOutput, c.ANSWER),
    stream: async (target) => {
      const result = await run(agent(target), c.PROMPT, { stream: true });
      c.streamed(await c.collect(result.toTextStream()));
    },
    tools: async (target) =>
      c.equal((await run(agent(target, { tools: [weather] }), c.WEATHER)).finalOutput, c.WEATHER_ANSWER),
    'streamed tools': async (target) => {
      const result = await run(agent(target, { tools: [weather] }), c.WEATHER, { stream: true });
      await result.completed;
      c.equal(result.finalOutput, c.WEATHER_ANSWER);
    },
    'JSON schema': async (target) => {
      const outputType = z.object({ city: z.string(), population: z.number().int() });
      c.place((await run(agent(target, { outputType }), c.PLACE)).finalOutput);
    },
    picture: async (target) => {
      const content = [{ type: 'input_text', text: c.PICTURE }, { type: 'input_image', image: c.PNG_URL }];
      c.equal((await run(agent(target), [{ role: 'user', content }])).finalOutput, c.PICTURE_ANSWER);
    },
    // It does not read the thoughts of chat completions.
    thinking: api === 'responses' && (async (target) => {
      const modelSettings = { reasoning: { effort: 'low', summary: 'auto' } };
      const result = await run(agent(target, { modelSettings }), c.PROMPT);
      c.equal(result.finalOutput, c.ANSWER);
      const parts = result.output.filter((item) => item.type === 'reasoning').flatMap((item) => item.rawContent ?? item.content);
      c.equal(parts.map((part) => part.text).join(''), c.THOUGHTS, 'thoughts');
    }),
    usage: async (target) => {
      const whole = await run(agent(target), c.PROMPT);
      c.usage(usage(whole).inputTokens, usage(whole).outputTokens);
      const streamed = await run(agent(target), c.PROMPT, { stream: true });
      await streamed.completed;
      c.usage(usage(streamed).inputTokens, usage(streamed).outputTokens);
    },
    errors: async (target) => {
      const hot = { modelSettings: { temperature: 9 } };
      await c.fails(401, () => run(agent(target, {}, target.url, c.UNKNOWN_KEY), c.PROMPT));
      await c.fails(400, () => run(agent(target, hot, target.failingUrl), c.PROMPT), (e) => e.message.includes('temperature'));
      await c.fails(429, () => run(agent(target, {}, target.failingUrl), c.LIMITED));
    },
  });
}
