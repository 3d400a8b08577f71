import OpenAI from 'openai';
import * as c from './check.mjs';

const client = (target, url = target.url, apiKey = c.KEY) =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const params = (target, content, more = {}) => ({ model: target.model, messages: [{ role: 'user', content }], ...more });
const create = (target, request) => client(target).chat.completions.create(request);
const text = (completion) => completion.choices[0].message.content;
const tools = [{ type: 'function', function: { name: 'weather', parameters: c.WEATHER_SCHEMA } }];

async function useTools(target, ask) {
  const request = params(target, c.WEATHER, { tools });
  const { message, finish_reason } = (await ask(request)).choices[0];
  c.equal(finish_reason, 'tool_calls', 'finish reason');
  request.messages.push(message);
  for (const call of message.tool_calls) {
    const content = c.weather(JSON.parse(call.function.arguments));
    request.messages.push({ role: 'tool', tool_call_id: call.id, content });
  }
  c.equal(text(await ask(request)), c.WEATHER_ANSWER);
}

await c.run('openai, chat', {
  text: async (target) => c.equal(text(await create(target, params(target, c.PROMPT))), c.ANSWER),
  stream: async (target) => {
    const chunks = await c.collect(await create(target, params(target, c.PROMPT, { stream: true })));
    c.streamed(chunks.map((chunk) => chunk.choices[0]?.delta.content).filter(Boolean));
  },
  tools: (target) => useTools(target, (request) => create(target, request)),
  'streamed tools': (target) =>
    useTools(target, (request) => client(target).chat.completions.stream(request).finalChatCompletion()),
  'JSON schema': async (target) => {
    const response_format = { type: 'json_schema', json_schema: { name: 'place', strict: true, schema: c.PLACE_SCHEMA } };
    c.place((await client(target).chat.completions.parse(params(target, c.PLACE, { response_format }))).choices[0].message.parsed);
  },
  picture: async (target) => {
    const parts = [{ type: 'text', text: c.PICTURE }, { type: 'image_url', image_url: { url: c.PNG_URL } }];
    c.equal(text(await create(target, params(target, parts))), c.PICTURE_ANSWER);
  },
  thinking: async (target) => {
    const request = params(target, c.PROMPT, { reasoning_effort: 'low' });
    const { message } = (await create(target, request)).choices[0];
    c.equal(message.content, c.ANSWER);
    c.equal(message.reasoning_content, c.THOUGHTS, 'thoughts');
    const chunks = await c.collect(await create(target, { ...request, stream: true }));
    c.streamed(chunks.map((chunk) => chunk.choices[0]?.delta.reasoning_content).filter(Boolean), c.THOUGHTS);
  },
  embeddings: async (target) => {
    for (const more of [{}, { encoding_format: 'float' }]) {
      const { data } = await client(target).embeddings.create({ model: target.embeddingModel, input: c.TEXTS, ...more });
      c.embeddings(data.map((item) => item.embedding));
    }
  },
  usage: async (target) => {
    const whole = (await create(target, params(target, c.PROMPT))).usage;
    c.usage(whole.prompt_tokens, whole.completion_tokens);
    const more = { stream: true, stream_options: { include_usage: true } };
    const last = (await c.collect(await create(target, params(target, c.PROMPT, more)))).at(-1).usage;
    c.usage(last.prompt_tokens, last.completion_tokens);
  },
  errors: async (target) => {
    const unknown = client(target, target.url, c.UNKNOWN_KEY).chat.completions;
    const failing = client(target, target.failingUrl).chat.completions;
    await c.fails(401, () => unknown.create(params(target, c.PROMPT)), (e) => e instanceof OpenAI.AuthenticationError);
    await c.fails(400, () => failing.create(params(target, c.PROMPT, { temperature: 9 })), (e) => e.param === 'temperature');
    await c.fails(429, () => failing.create(params(target, c.LIMITED)), (e) => e instanceof OpenAI.RateLimitError);
  },
});
