// What all scripts share: the questions, the expected answers of the simulated model, and the report of what works.
// Each script prints one line of JSON for each feature and provider; everything else belongs on stderr.

export const targets = JSON.parse(process.env.PARLEY_TARGETS);
export const KEY = 'any';
export const UNKNOWN_KEY = 'sk-parley-unknown';
export const PROMPT = 'Say hello in Köln 👋';
export const ANSWER = `You said: ${PROMPT}`;
export const WEATHER = 'What is the weather in Paris and in Rome?';
export const WEATHER_ANSWER = 'The results: sunny; rainy';
export const PLACE = 'Where is the Eiffel Tower? Answer in JSON.';
export const PICTURE = 'What is in the picture?';
export const PICTURE_ANSWER = 'I see image/png, 68 bytes';
export const THOUGHTS = 'The user wants an answer.';
export const LIMITED = 'Please fail with 429.';
export const TEXTS = ['ab', 'abc'];
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR4nGNgAAIAAAUAAXpeqz8AAAAASUVORK5CYII=';
export const PNG_URL = `data:image/png;base64,${PNG}`;
export const WEATHER_SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
export const PLACE_SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, population: { type: 'integer' } },
  required: ['city', 'population'],
  additionalProperties: false,
};

const FEATURES = [
  'text', 'stream', 'tools', 'streamed tools', 'JSON schema', 'picture', 'thinking', 'embeddings', 'usage', 'errors',
];
const LIMIT = 20_000;

/** Returns what the tool "weather" returns. */
export const weather = ({ city }) => ({ Paris: 'sunny', Rome: 'rainy' })[city] ?? 'unknown city';

/** Tries all checks with all providers. A check throws if its feature does not work. */
export async function run(client, checks) {
  for (const target of targets) {
    for (const feature of FEATURES) {
      const check = checks[feature];
      const offered = check && (feature !== 'embeddings' || target.embeddingModel);
      report(client, target.provider, feature, offered ? await attempt(check, target) : { outcome: '–' });
    }
  }
}

async function attempt(check, target) {
  let timer;
  try {
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('no result in time')), LIMIT);
    });
    await Promise.race([check(target), limit]);
    return { outcome: 'yes' };
  } catch (e) {
    console.error(target.provider, e);
    return { outcome: statusOf(e) === 400 ? 'refused' : 'no', reason: reasonOf(e) };
  } finally {
    clearTimeout(timer);
  }
}

function report(client, provider, feature, result) {
  process.stdout.write(`${JSON.stringify({ client, provider, feature, ...result })}\n`);
}

/** The HTTP status that an error is about, wherever the library keeps it. */
export function statusOf(e, depth = 0) {
  if (!e || typeof e !== 'object' || depth > 5) return undefined;
  const status = e.status ?? e.statusCode ?? e.response?.status;
  if (typeof status === 'number') return status;
  for (const inner of [e.cause, e.lastError, e.error, ...(e.errors ?? [])]) {
    const found = statusOf(inner, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function reasonOf(e) {
  const status = statusOf(e);
  const message = String(e?.message ?? e);
  return status && !message.includes(String(status)) ? `${status} ${message}` : message;
}

export function equal(actual, expected, what = 'answer') {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}

/** Checks the pieces of a streamed answer. */
export function streamed(pieces, expected = ANSWER) {
  equal(pieces.join(''), expected);
  if (pieces.length < 2) throw new Error('the answer came in one piece');
}

export function place(answer) {
  equal(typeof answer === 'string' ? JSON.parse(answer) : answer, { city: 'Paris', population: 1 });
}

export function embeddings(vectors) {
  equal(vectors.map((vector) => vector.length), [8, 8], 'dimensions');
  equal(vectors.map((vector) => Number(vector[0].toFixed(4))), [0.02, 0.03], 'first numbers');
}

export function usage(input, output) {
  equal([input, output], [20, 7], 'input and output tokens');
}

/** Checks that a call fails with this status, and that its error says why. */
export async function fails(status, call, detail = () => true) {
  let failure;
  try {
    await call();
  } catch (e) {
    failure = e;
  }
  if (!failure) throw new Error(`no error instead of ${status}`);
  equal(statusOf(failure), status, `status of "${failure.message}"`);
  if (!detail(failure)) throw new Error(`the error for ${status} does not say why: ${failure.message}`);
}

export async function collect(stream) {
  const all = [];
  for await (const item of stream) all.push(item);
  return all;
}

process.on('unhandledRejection', (e) => console.error('unhandled', e));
