// The token stays on this page: it is sent to this host only and is stored nowhere.
const token = document.querySelector('#token');

for (const form of document.querySelectorAll('form[data-path]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const answer = form.querySelector('.answer');
    answer.hidden = false;
    answer.textContent = '…';
    answer.textContent = await send(form).catch((error) => String(error));
  });
  const body = form.querySelector('textarea');
  const key = form.querySelector('input[name="Idempotency-Key"]');
  if (body && key) prepareKey(body, key);
}

if (location.hash) document.querySelector(location.hash)?.setAttribute('open', '');

/** A fresh correlation id in the example, and the same in the header. */
function prepareKey(body, key) {
  const example = JSON.parse(body.value);
  example.correlation_id = crypto.randomUUID();
  body.value = JSON.stringify(example, null, 2);
  key.value = example.correlation_id;
}

async function send(form) {
  const { method, path } = form.dataset;
  const headers = token.value ? { Authorization: `Bearer ${token.value.trim()}` } : {};
  const query = new URLSearchParams();
  let target = path;
  for (const input of form.querySelectorAll('input[data-in]')) {
    if (input.value === '') continue;
    if (input.dataset.in === 'path') target = target.replace(`{${input.name}}`, encodeURIComponent(input.value));
    if (input.dataset.in === 'query') query.set(input.name, input.value);
    if (input.dataset.in === 'header') headers[input.name] = input.value;
  }
  const text = form.querySelector('textarea')?.value;
  const file = form.querySelector('input[type=file]')?.files[0];
  if (text !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(query.size > 0 ? `${target}?${query}` : target, { method, headers, body: text ?? file });
  return `${response.status} ${response.statusText}\n\n${pretty(await response.text())}`;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
