// LangChain with one of its model classes.
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import * as c from './check.mjs';

/**
 * Tries the features. `make(url, key, model, more)` returns a model; `thinking` are the options to think; `startTokens` is what the
 * library adds to the output tokens of a streamed answer.
 */
export async function run(name, make, { thinking, embeddings, startTokens = 0 }) {
  const model = (target, more) => make(target.url, c.KEY, target.model, more);
  const offer = (chat) => chat.bindTools([tool(c.weather, { name: 'weather', schema: c.WEATHER_SCHEMA })]);
  const streamed = async (chat, input) => (await c.collect(await chat.stream(input))).reduce((a, b) => a.concat(b));
  const thoughts = (message) =>
    message.contentBlocks.filter((block) => block.type === 'reasoning').map((block) => block.reasoning).join('');
  const useTools = async (target, ask) => {
    const chat = offer(model(target));
    const messages = [new HumanMessage(c.WEATHER)];
    const asked = await ask(chat, messages);
    messages.push(asked);
    for (const call of asked.tool_calls) {
      messages.push(new ToolMessage({ tool_call_id: call.id, content: c.weather(call.args) }));
    }
    c.equal((await ask(chat, messages)).text, c.WEATHER_ANSWER);
  };
  await c.run(name, {
    text: async (target) => c.equal((await model(target).invoke(c.PROMPT)).text, c.ANSWER),
    stream: async (target) => {
      const chunks = await c.collect(await model(target).stream(c.PROMPT));
      c.streamed(chunks.map((chunk) => chunk.text).filter(Boolean));
    },
    tools: (target) => useTools(target, (chat, messages) => chat.invoke(messages)),
    'streamed tools': (target) => useTools(target, streamed),
    'JSON schema': async (target) => {
      c.place(await model(target).withStructuredOutput(c.PLACE_SCHEMA, { name: 'place', method: 'jsonSchema' }).invoke(c.PLACE));
    },
    picture: async (target) => {
      const content = [{ type: 'text', text: c.PICTURE }, { type: 'image_url', image_url: { url: c.PNG_URL } }];
      c.equal((await model(target).invoke([new HumanMessage({ content })])).text, c.PICTURE_ANSWER);
    },
    thinking: thinking && (async (target) => {
      for (const ask of [(chat) => chat.invoke(c.PROMPT), (chat) => streamed(chat, c.PROMPT)]) {
        const message = await ask(model(target, thinking));
        c.equal(message.text, c.ANSWER);
        c.equal(thoughts(message), c.THOUGHTS, 'thoughts');
      }
    }),
    embeddings: embeddings && (async (target) => c.embeddings(await embeddings(target).embedDocuments(c.TEXTS))),
    usage: async (target) => {
      const whole = (await model(target).invoke(c.PROMPT)).usage_metadata;
      c.usage(whole.input_tokens, whole.output_tokens);
      const sum = (await streamed(model(target), c.PROMPT)).usage_metadata;
      c.usage(sum.input_tokens, sum.output_tokens === 7 + startTokens ? 7 : sum.output_tokens);
    },
    errors: async (target) => {
      const failing = (more) => make(target.failingUrl, c.KEY, target.model, more);
      await c.fails(401, () => make(target.url, c.UNKNOWN_KEY, target.model).invoke(c.PROMPT));
      await c.fails(400, () => failing({ temperature: 9 }).invoke(c.PROMPT), (e) => e.message.includes('temperature'));
      await c.fails(429, () => failing().invoke(c.LIMITED));
    },
  });
}
