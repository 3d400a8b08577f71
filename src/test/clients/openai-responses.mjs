import OpenAI from 'openai';
import * as c from './check.mjs';

const client = (target, url = target.url, apiKey = c.KEY) =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const create = (target, request) => client(target).responses.create({ model: target.model, ...request });
const final = (target, request) => client(target).responses.stream({ model: target.model, ...request }).finalResponse();
const tools = [{ type: 'function', name: 'weather', strict: true, parameters: c.WEATHER_SCHEMA }];

function outputs(response) {
  return response.output
    .filter((item) => item.type === 'function_call')
    .map((call) => ({
      type: 'function_call_output',
      call_id: call.call_id,
      output: c.weather(JSON.parse(call.arguments)),
    }));
}

async function useTools(target, ask) {
  const question = { role: 'user', content: c.WEATHER };
  const first = await ask(target, { input: [question], tools });
  const again = await ask(target, { input: [question, ...first.output, ...outputs(first)], tools });
  c.equal(again.output_text, c.WEATHER_ANSWER);
  const stored = await ask(target, { input: outputs(first), previous_response_id: first.id, tools });
  c.equal(stored.output_text, c.WEATHER_ANSWER, 'answer after previous_response_id');
}

await c.run('openai, responses', {
  text: async (target) => c.equal((await create(target, { input: c.PROMPT })).output_text, c.ANSWER),
  stream: async (target) => {
    const events = await c.collect(await create(target, { input: c.PROMPT, stream: true }));
    c.streamed(events.filter((event) => event.type === 'response.output_text.delta').map((event) => event.delta));
    c.equal(events.at(-1).type, 'response.completed', 'last event');
  },
  tools: (target) => useTools(target, create),
  'streamed tools': (target) => useTools(target, final),
  'JSON schema': async (target) => {
    const format = { type: 'json_schema', name: 'place', strict: true, schema: c.PLACE_SCHEMA };
    const request = { model: target.model, input: c.PLACE, text: { format } };
    c.place((await client(target).responses.parse(request)).output_parsed);
  },
  picture: async (target) => {
    const content = [{ type: 'input_text', text: c.PICTURE }, { type: 'input_image', detail: 'auto', image_url: c.PNG_URL }];
    c.equal((await create(target, { input: [{ role: 'user', content }] })).output_text, c.PICTURE_ANSWER);
  },
  thinking: async (target) => {
    for (const ask of [create, final]) {
      const response = await ask(target, { input: c.PROMPT, reasoning: { effort: 'low', summary: 'auto' } });
      c.equal(response.output_text, c.ANSWER);
      const thoughts = response.output.filter((item) => item.type === 'reasoning').flatMap((item) => item.summary);
      c.equal(thoughts.map((part) => part.text), [c.THOUGHTS], 'thoughts');
    }
  },
  usage: async (target) => {
    for (const ask of [create, final]) {
      const { usage } = await ask(target, { input: c.PROMPT });
      c.usage(usage.input_tokens, usage.output_tokens);
    }
  },
  errors: async (target) => {
    const request = { model: target.model, input: c.PROMPT };
    const unknown = client(target, target.url, c.UNKNOWN_KEY).responses;
    const failing = client(target, target.failingUrl).responses;
    await c.fails(401, () => unknown.create(request), (e) => e instanceof OpenAI.AuthenticationError);
    await c.fails(400, () => failing.create({ ...request, temperature: 9 }), (e) => e.param === 'temperature');
    await c.fails(429, () => failing.create({ ...request, input: c.LIMITED }), (e) => e instanceof OpenAI.RateLimitError);
  },
});
