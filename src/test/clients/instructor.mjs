import Instructor from '@instructor-ai/instructor';
import OpenAI from 'openai';
import { z } from 'zod/v3'; // the library cannot read schemas of version 4
import * as c from './check.mjs';

const schema = z.object({ city: z.string(), population: z.number().int() });

async function place(target, mode, more = {}) {
  const oai = new OpenAI({ baseURL: `${target.url}/v1`, apiKey: c.KEY, maxRetries: 0 });
  const client = Instructor({ client: oai, mode });
  const messages = [{ role: 'user', content: c.PLACE }];
  return client.chat.completions.create({
    model: target.model,
    messages,
    response_model: { schema, name: 'Place' },
    max_retries: 0,
    ...more,
  });
}

for (const mode of ['TOOLS', 'JSON_SCHEMA']) {
  await c.run(`@instructor-ai/instructor, ${mode}`, {
    'JSON schema': async (target) => {
      const { city, population } = await place(target, mode);
      c.place({ city, population });
    },
  });
}
