// Prints conf/prices.yaml. Called by scripts/prices with the folder that the package is installed in, and the package's name, version
// and date. Translates what the price list can say without a guess; names what it leaves out.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, packageName, version, updated] = process.argv.slice(2);
const { calcPrice, waitForUpdate } = createRequire(join(folder, 'index.js'))(packageName);
const license = readFileSync(join(folder, 'node_modules', packageName, 'LICENSE'), 'utf8');

/** The name of each provider here, and its id in the package. */
const PROVIDERS = {
  anthropic: 'anthropic',
  cohere: 'cohere',
  deepseek: 'deepseek',
  google: 'google',
  groq: 'groq',
  mistral: 'mistral',
  openai: 'openai',
  xai: 'x-ai',
};
/** The prices that Parley can charge, in the order of the file. */
const RATES = {
  input_mtok: 'input_per_mtok',
  output_mtok: 'output_per_mtok',
  cache_read_mtok: 'cache_read_per_mtok',
  cache_write_mtok: 'cache_write_per_mtok',
  cache_write_1h_mtok: 'cache_write_1h_per_mtok',
};
/** A model with one of these cannot be priced by its text tokens: its answers, or the pictures sent to it, have prices of their own. */
const OTHER_MEDIA = ['output_audio_mtok', 'output_image_mtok', 'output_video_mtok', 'input_image_mtok', 'input_video_mtok'];
const MATCHES = ['exact', 'dated', 'prefix'];
const ANY_DAY = '';

class LeftOut extends Error {}

/** The lines of one model, or the reason why it has none. */
function linesOf(provider, packageId, model) {
  const periods = periodsOf(model);
  const ids = idsOf(model, packageId);
  if (MATCHES.every((match) => ids[match].length === 0)) {
    throw new LeftOut('no rule that names ids without a guess');
  }
  return MATCHES.filter((match) => ids[match].length > 0).flatMap((match) =>
    periods.map(({ from, prices, highest }) => ({
      key: [provider, ids[match][0], MATCHES.indexOf(match), from],
      text: line(provider, match, ids[match], from, prices) + (highest ? ' # its highest price of the day' : ''),
    })),
  );
}

function line(provider, match, ids, from, prices) {
  const fields = [
    `provider: ${provider}`,
    `match: ${match}`,
    `model: ${ids.length === 1 ? scalar(ids[0]) : `[${ids.map(scalar).join(', ')}]`}`,
    ...(from === ANY_DAY ? [] : [`effective_from: ${from}`]),
    ...ratesAt(prices, -1),
  ];
  const tiers = tierStarts(prices).map(
    (start) => `{above_input_tokens: ${start}, ${ratesAt(prices, start).join(', ')}}`,
  );
  return `  - {${fields.concat(tiers.length === 0 ? [] : [`tiers: [${tiers.join(', ')}]`]).join(', ')}}`;
}

/** Plain scalars that no YAML parser reads as anything but a string. */
function scalar(id) {
  return /^[a-z][a-z0-9]*([./-][a-z0-9.]+)+$/.test(id) || /^[a-z]{3,}$/.test(id) ? id : JSON.stringify(id);
}

// Prices

/** The prices with the day from which on they apply, earliest first. */
function periodsOf(model) {
  const entries = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  entries.forEach(({ prices }) => checkPriceable(prices));
  const timesOfDay = entries.filter(({ constraint }) => constraint?.type === 'time_of_date').map(({ prices }) => prices);
  const unknown = entries.find(({ constraint }) => constraint && !['start_date', 'time_of_date'].includes(constraint.type));
  if (unknown) {
    throw new LeftOut(`prices with the condition ${unknown.constraint.type}`);
  }
  const periods = entries
    .filter(({ constraint }) => constraint?.type !== 'time_of_date')
    .map(({ constraint, prices }) => ({
      from: constraint?.start_date ?? ANY_DAY,
      prices: timesOfDay.reduce(highest, prices),
      highest: timesOfDay.length > 0,
    }));
  if (periods.length === 0 || periods.some(({ from }, i) => i > 0 && from <= periods[i - 1].from)) {
    throw new LeftOut('prices that are not in the order of their dates');
  }
  return periods.filter(({ prices }, i) => i === 0 || JSON.stringify(prices) !== JSON.stringify(periods[i - 1].prices));
}

/** A price list has no times of the day: the highest price never overspends a budget. */
function highest(a, b) {
  const keys = Object.keys(RATES).filter((key) => key in a || key in b);
  if (keys.some((key) => typeof a[key] !== 'number' || typeof b[key] !== 'number')) {
    throw new LeftOut('times of the day with different kinds of prices');
  }
  return Object.fromEntries(keys.map((key) => [key, Math.max(a[key], b[key])]));
}

function checkPriceable(prices) {
  if (!('input_mtok' in prices)) {
    throw new LeftOut('no price per token');
  }
  if ('output_mtok' in prices && OTHER_MEDIA.some((key) => key in prices)) {
    throw new LeftOut('prices of their own for pictures, or for spoken or drawn answers');
  }
  for (const key of Object.keys(RATES).filter((each) => each in prices)) {
    for (const price of [prices[key].base ?? prices[key], ...(prices[key].tiers ?? []).map((tier) => tier.price)]) {
      if (!(price >= 0) || !/^\d+(\.\d{1,6})?$/.test(String(price))) {
        throw new LeftOut(`a price that has more than six decimals: ${price}`);
      }
    }
  }
}

/** The prices of a prompt that is just longer than a tier's start. An embedding has no output, and so no price for it. */
function ratesAt(prices, start) {
  return Object.entries({ output_mtok: 0, ...prices })
    .filter(([key]) => key in RATES)
    .sort(([a], [b]) => Object.keys(RATES).indexOf(a) - Object.keys(RATES).indexOf(b))
    .map(([key, price]) => `${RATES[key]}: ${at(price, start)}`);
}

function at(price, start) {
  return typeof price === 'number'
    ? price
    : [...price.tiers].sort((a, b) => a.start - b.start).reduce((found, tier) => (start >= tier.start ? tier.price : found), price.base);
}

function tierStarts(prices) {
  const starts = Object.keys(RATES).flatMap((key) => (prices[key]?.tiers ?? []).map((tier) => tier.start));
  return [...new Set(starts)].sort((a, b) => a - b);
}

// Model ids

/** The ids that a rule names: exact ones, ids that a date may follow, and prefixes. The package must agree with each of them. */
function idsOf(model, packageId) {
  const found = { exact: new Set(), dated: new Set(), prefix: new Set() };
  collect(model.match, found);
  const means = (id) => {
    const answer = calcPrice({ input_tokens: 1 }, id, { providerId: packageId });
    return answer === null ? 'nothing' : answer.model === model ? 'this' : 'another';
  };
  const dates = (id) => [`${id}-20260401`, `${id}-2026-04-01`, `${id}@20260401`].map(means);
  const isDated = (id) =>
    found.dated.has(id) && means(id) === 'this' && dates(id).includes('this') && !dates(id).includes('another');
  return {
    exact: sorted(found.exact, (id) => !isDated(id) && means(id) === 'this'),
    dated: sorted(found.dated, isDated),
    prefix: sorted(found.prefix, (id) => means(`${id}zzz`) === 'this'),
  };
}

function collect(rule, found) {
  const [[kind, value]] = Object.entries(rule);
  if (kind === 'or') {
    value.forEach((each) => collect(each, found));
  } else if (kind === 'equals') {
    found.exact.add(value);
  } else if (kind === 'ends_with') {
    found.exact.add(value);
  } else if (kind === 'starts_with') {
    collectBeginning(value, found, !endsWithVersion(value));
  } else if (kind === 'contains') {
    collectBeginning(value, found, endsInTheMiddle(value));
  } else if (kind === 'and') {
    value.filter((each) => 'starts_with' in each).forEach((each) => collectBeginning(each.starts_with, found, false));
  } else if (kind === 'regex') {
    collectPattern(value, found);
  } else {
    throw new LeftOut(`the unknown rule ${kind}`);
  }
}

/** A prefix, or, where that would match other models, the id itself and its dated releases. */
function collectBeginning(text, found, asPrefix) {
  if (asPrefix) {
    found.prefix.add(text);
  } else {
    found.exact.add(text);
    found.dated.add(text);
  }
}

/** Of regular expressions, those that end with a date or a digit; others cannot be said. */
function collectPattern(pattern, found) {
  const [, literal, rest] = /^\^((?:[a-z0-9/-]|\\\.)+?)-(\\d.*)$/.exec(pattern) ?? [];
  const id = literal?.replaceAll('\\.', '.');
  if (rest === '\\d{8}$' || rest === '\\d{4}-\\d{2}-\\d{2}$') {
    found.dated.add(id);
  } else if (rest === '\\d') {
    [...'0123456789'].forEach((digit) => found.prefix.add(`${id}-${digit}`));
  }
}

/** Whether a longer version number could follow: claude-sonnet-5 also begins claude-sonnet-5-5, which is another model. */
function endsWithVersion(text) {
  return /(^|\D)\d{1,2}$/.test(text) && !endsInTheMiddle(text) && !text.startsWith('ft:');
}

/** Whether the text is no whole id, as gemini-2.0-flash-0 or claude-opus-4@. */
function endsInTheMiddle(text) {
  return /[^a-z0-9]$|[a-z]-0$/.test(text);
}

function sorted(ids, accepted) {
  return [...ids].filter(accepted).sort();
}

// The file

const data = await waitForUpdate();
const lines = [];
const leftOut = new Map();
for (const [provider, packageId] of Object.entries(PROVIDERS)) {
  for (const model of data.find(({ id }) => id === packageId).models) {
    try {
      lines.push(...linesOf(provider, packageId, model));
    } catch (reason) {
      if (!(reason instanceof LeftOut)) {
        throw reason;
      }
      leftOut.set(reason.message, [...(leftOut.get(reason.message) ?? []), `${provider}/${model.id}`]);
    }
  }
}
lines.sort((a, b) => {
  const i = a.key.findIndex((part, n) => part !== b.key[n]);
  return i < 0 ? 0 : a.key[i] < b.key[i] ? -1 : 1;
});

/** Breaks text into comment lines of at most 130 characters. */
function comment(text) {
  return text.split('\n').flatMap((paragraph) => paragraph.match(/.{1,128}(?= |$)/g)?.map((each) => `# ${each.trim()}`) ?? ['#']);
}

const head = `Prices of models, in US dollars per million tokens. A model that is not in this list has no price: its cost is null, not a guess.

Generated by scripts/prices: do not edit. Your own prices belong in prices.local.yaml, in the same folder and the same format; they take precedence over this list.

provider is the name of the provider in parley.yaml, or its setting prices. model is a model id, or a list of ids. match: exact matches only these ids; match: dated also matches them with a date (-20260401, -2026-04-01, @20260401); match: prefix matches every id that begins with them. Exact matches take precedence over dated ones, dated ones over prefixes, longer prefixes over shorter ones. From the date effective_from on, an entry replaces earlier entries of the same model; without a date, an entry applies to all times. Without prices of their own, cache_read_per_mtok and cache_write_per_mtok cost as much as input, cache_write_1h_per_mtok (kept for an hour) as much as cache_write_per_mtok, and reasoning_per_mtok as much as output. A tier applies to the whole call if its prompt is longer than above_input_tokens.

These are list prices for text: without audio, searches, batches, priority, regional surcharges or discounts of your own. Providers change their prices: check them before you use them for billing.

The prices are those of ${packageName} ${version}, whose license is:

${license.trim()}`;

console.log(
  [
    ...comment(head),
    'currency: USD',
    `updated: ${updated}`,
    `source: "${packageName} ${version} (MIT, ${updated}); the built-in provider and Ollama cost nothing"`,
    'models:',
    '  - {provider: demo, match: prefix, model: "", input_per_mtok: 0, output_per_mtok: 0}',
    '  - {provider: ollama, match: prefix, model: "", input_per_mtok: 0, output_per_mtok: 0}',
    ...lines.map(({ text }) => text),
    '',
    '# Models of the package that are left out:',
    ...[...leftOut].sort().flatMap(([reason, models]) => comment(`${reason}: ${models.sort().join(', ')}`)),
  ].join('\n'),
);
