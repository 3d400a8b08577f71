import Anthropic from '@anthropic-ai/sdk';
import * as c from './check.mjs';

const client = (target, url = target.url, apiKey = c.KEY) => new Anthropic({ baseURL: url, apiKey, maxRetries: 0 });
const params = (target, content, more = {}) => ({
  model: target.model,
  max_tokens: 2000,
  messages: [{ role: 'user', content }],
  ...more,
});
const create = (target, request) => client(target).messages.create(request);
const final = (target, request) => client(target).messages.stream(request).finalMessage();
const text = (message) => message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');
const tools = [{ name: 'weather', input_schema: c.WEATHER_SCHEMA }];

async function useTools(target, ask, more = {}) {
  const request = params(target, c.WEATHER, { tools, ...more });
  const message = await ask(target, request);
  c.equal(message.stop_reason, 'tool_use', 'stop reason');
  request.messages.push({ role: 'assistant', content: message.content });
  const content = message.content
    .filter((block) => block.type === 'tool_use')
    .map((block) => ({ type: 'tool_result', tool_use_id: block.id, content: c.weather(block.input) }));
  request.messages.push({ role: 'user', content });
  c.equal(text(await ask(target, request)), c.WEATHER_ANSWER);
}

await c.run('@anthropic-ai/sdk', {
  text: async (target) => c.equal(text(await create(target, params(target, c.PROMPT))), c.ANSWER),
  stream: async (target) => {
    const events = await c.collect(await create(target, params(target, c.PROMPT, { stream: true })));
    c.streamed(events.filter((event) => event.delta?.type === 'text_delta').map((event) => event.delta.text));
  },
  tools: (target) => useTools(target, create),
  'streamed tools': (target) => useTools(target, final),
  'JSON schema': async (target) => {
    const output_config = { format: { type: 'json_schema', schema: c.PLACE_SCHEMA } };
    c.place((await client(target).messages.parse(params(target, c.PLACE, { output_config }))).parsed_output);
  },
  picture: async (target) => {
    const source = { type: 'base64', media_type: 'image/png', data: c.PNG };
    const blocks = [{ type: 'text', text: c.PICTURE }, { type: 'image', source }];
    c.equal(text(await create(target, params(target, blocks))), c.PICTURE_ANSWER);
  },
  thinking: async (target) => {
    const more = { thinking: { type: 'enabled', budget_tokens: 1024 } };
    for (const ask of [create, final]) {
      const message = await ask(target, params(target, c.PROMPT, more));
      c.equal(text(message), c.ANSWER);
      const thoughts = message.content.filter((block) => block.type === 'thinking').map((block) => block.thinking);
      c.equal(thoughts, [c.THOUGHTS], 'thoughts');
    }
    await useTools(target, final, more);
  },
  usage: async (target) => {
    for (const ask of [create, final]) {
      const { usage } = await ask(target, params(target, c.PROMPT));
      c.usage(usage.input_tokens + (usage.cache_read_input_tokens ?? 0), usage.output_tokens);
    }
  },
  errors: async (target) => {
    const unknown = client(target, target.url, c.UNKNOWN_KEY).messages;
    const failing = client(target, target.failingUrl).messages;
    const hot = params(target, c.PROMPT, { temperature: 9 });
    await c.fails(401, () => unknown.create(params(target, c.PROMPT)), (e) => e instanceof Anthropic.AuthenticationError);
    await c.fails(400, () => failing.create(hot), (e) => e.message.includes('temperature'));
    await c.fails(429, () => failing.create(params(target, c.LIMITED)), (e) => e instanceof Anthropic.RateLimitError);
  },
});
