// A command opens a modal, its submission sends a message with a button, pressing it updates the message.
// Home counts how often it was opened.
const { App, SocketModeReceiver } = require('@slack/bolt');

const appToken = process.env.SLACK_APP_TOKEN;
const clientOptions = { slackApiUrl: process.env.SLACK_API_URL };
const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  clientOptions,
  ...(appToken
    ? { receiver: new SocketModeReceiver({ appToken, installerOptions: { clientOptions } }) }
    : { signingSecret: process.env.SLACK_SIGNING_SECRET }),
});

const plain = (text) => ({ type: 'plain_text', text });
const section = (text) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const input = (id, label, more) => ({
  type: 'input',
  block_id: id,
  label: plain(label),
  element: { type: 'plain_text_input', action_id: id, ...more },
});

app.command('/order', async ({ ack, body, client }) => {
  await ack();
  await client.views.open({
    trigger_id: body.trigger_id,
    view: {
      type: 'modal',
      callback_id: 'order',
      title: plain('Order lunch'),
      submit: plain('Order'),
      blocks: [input('dish', 'Dish'), input('note', 'Note', { multiline: true })],
    },
  });
});

app.view('order', async ({ ack, body, view, client }) => {
  const { dish, note } = view.state.values;
  if (dish.dish.value === 'nothing') {
    await ack({ response_action: 'errors', errors: { dish: 'Order something.' } });
    return;
  }
  await ack();
  await client.chat.postMessage({
    channel: body.user.id,
    text: `You ordered ${dish.dish.value}`,
    blocks: [
      section(`You ordered *${dish.dish.value}* (${note.note.value})`),
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'cancel', value: '1', text: plain('Cancel') }],
      },
    ],
  });
});

app.action('cancel', async ({ ack, body, client }) => {
  await ack();
  await client.chat.update({
    channel: body.channel.id,
    ts: body.message.ts,
    text: 'You cancelled your order',
    blocks: [section('You cancelled your order')],
  });
});

let opened = 0;
app.event('app_home_opened', async ({ event, client }) => {
  opened += 1;
  await client.views.publish({
    user_id: event.user,
    view: { type: 'home', blocks: [section(`Opened ${opened} times`)] },
  });
});

app.event('app_mention', async ({ event, client }) => {
  const { user } = await client.users.info({ user: event.user });
  await client.chat.postMessage({ channel: event.channel, text: `Hello ${user.real_name}` });
});

app.message('thanks', async ({ say }) => {
  await say('You are welcome');
});

app.start(Number(process.env.PORT));
