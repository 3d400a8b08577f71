import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import * as c from './check.mjs';
import { run } from './langchain.mjs';

const options = (url, apiKey, model) => ({ model, apiKey, maxRetries: 0, configuration: { baseURL: `${url}/v1` } });
const embeddings = (target) => new OpenAIEmbeddings(options(target.url, c.KEY, target.embeddingModel));

for (const useResponsesApi of [false, true]) {
  const make = (url, key, model, more) => new ChatOpenAI({ ...options(url, key, model), useResponsesApi, ...more });
  const api = useResponsesApi ? 'responses' : 'chat';
  // It does not read the thoughts of chat completions.
  const more = useResponsesApi ? { thinking: { reasoning: { effort: 'low', summary: 'auto' } } } : { embeddings };
  await run(`@langchain/openai, ${api}`, make, more);
}
