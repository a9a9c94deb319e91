# A command opens a modal, its submission sends a message with a button, pressing it updates the message.
# Home counts how often it was opened.
import os

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

app = App(
    client=WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
    signing_secret=os.environ["SLACK_SIGNING_SECRET"],
)
opened = 0


def plain(text):
    return {"type": "plain_text", "text": text}


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def text_input(name, label, **more):
    element = {"type": "plain_text_input", "action_id": name, **more}
    return {"type": "input", "block_id": name, "label": plain(label), "element": element}


@app.command("/order")
def order(ack, body, client):
    ack()
    view = {
        "type": "modal",
        "callback_id": "order",
        "title": plain("Order lunch"),
        "submit": plain("Order"),
        "blocks": [text_input("dish", "Dish"), text_input("note", "Note", multiline=True)],
    }
    client.views_open(trigger_id=body["trigger_id"], view=view)


@app.view("order")
def ordered(ack, body, view, client):
    values = view["state"]["values"]
    dish, note = values["dish"]["dish"]["value"], values["note"]["note"]["value"]
    if dish == "nothing":
        ack(response_action="errors", errors={"dish": "Order something."})
        return
    ack()
    button = {"type": "button", "action_id": "cancel", "value": "1", "text": plain("Cancel")}
    blocks = [section(f"You ordered *{dish}* ({note})"), {"type": "actions", "elements": [button]}]
    client.chat_postMessage(channel=body["user"]["id"], text=f"You ordered {dish}", blocks=blocks)


@app.action("cancel")
def cancel(ack, body, client):
    ack()
    client.chat_update(
        channel=body["channel"]["id"],
        ts=body["message"]["ts"],
        text="You cancelled your order",
        blocks=[section("You cancelled your order")],
    )


@app.event("app_home_opened")
def home(event, client):
    global opened
    opened += 1
    view = {"type": "home", "blocks": [section(f"Opened {opened} times")]}
    client.views_publish(user_id=event["user"], view=view)


@app.event("app_mention")
def mention(event, client):
    user = client.users_info(user=event["user"])["user"]
    client.chat_postMessage(channel=event["channel"], text=f"Hello {user['real_name']}")


@app.message("thanks")
def thanks(say):
    say("You are welcome")


if "SLACK_APP_TOKEN" in os.environ:
    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"], web_client=app.client).start()
else:
    app.start(port=int(os.environ["PORT"]))
