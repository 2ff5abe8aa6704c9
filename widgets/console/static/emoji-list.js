/**
 * Emoji for answers, each with its names: those that people type elsewhere, and words by which it is found. A choice: what
 * is written to customers needs no more. The first ones are shown first.
 */
export const EMOJI = `
🙂 slightly_smiling smile
😀 grinning happy
😄 smiley laugh
😅 sweat_smile relief
😂 joy laughing tears
😉 wink
😊 blush pleased
😍 heart_eyes love
🤔 thinking hmm
😮 open_mouth surprised
😕 confused unsure
🙁 slightly_frowning sad
😢 cry sad
😞 disappointed sorry
😬 grimacing awkward
😴 sleeping zzz
🤒 sick ill
🤞 crossed_fingers luck
🙏 pray please thanks thank_you
👍 +1 thumbsup thumbs_up yes ok
👎 -1 thumbsdown thumbs_down no
👌 ok_hand perfect
👏 clap bravo
🙌 raised_hands hooray
👋 wave hello hi bye
💪 muscle strong
🤝 handshake deal
✌️ v peace
👀 eyes look
👉 point_right
👈 point_left
👆 point_up
👇 point_down
🎉 tada party congratulations
🥳 partying celebrate
🎂 birthday cake
🎁 gift present
💯 100 hundred perfect
✨ sparkles new
⭐ star
🔥 fire hot
❤️ heart love
💙 blue_heart
💚 green_heart
✅ white_check_mark check done yes
✔️ heavy_check_mark check
❌ x cross no
❗ exclamation important
❓ question
⚠️ warning caution
ℹ️ information info
🚫 no_entry forbidden
⛔ no_entry_sign stop
🔴 red_circle
🟡 yellow_circle
🟢 green_circle
➡️ arrow_right next
⬅️ arrow_left back
⬆️ arrow_up
⬇️ arrow_down
🔄 arrows_counterclockwise refresh reload sync
🔍 mag search find
🔎 mag_right search find
🔧 wrench fix repair
🔨 hammer
⚙️ gear settings
🛠️ tools repair
🐛 bug defect
💡 bulb idea tip
🔔 bell notification
🔕 no_bell muted
🔑 key
🔒 lock secure
🔓 unlock
🔗 link
📎 paperclip attachment
📌 pushpin pin
📍 round_pushpin place
✏️ pencil2 edit write
📝 memo note
📄 page_facing_up document
📁 file_folder
📂 open_file_folder
📅 date calendar
📆 calendar
🕐 clock time
⏰ alarm_clock
⏳ hourglass_flowing wait
⌛ hourglass wait
📈 chart_up increase
📉 chart_down decrease
📊 bar_chart report
💰 moneybag budget
💵 dollar money
💳 credit_card payment
🧾 receipt invoice
🛒 shopping_cart order
📦 package delivery
🚚 truck delivery
✈️ airplane travel
🚀 rocket launch
🏁 checkered_flag finish
🏢 office company
🏠 house home
🌍 earth world
🌐 globe web
☎️ telephone phone
📞 telephone_receiver call
📱 iphone mobile
💻 computer laptop
🖥️ desktop screen
🖨️ printer
⌨️ keyboard
🖱️ mouse
💾 floppy_disk save
📷 camera photo
🎥 movie_camera video
📺 tv
📻 radio
🎧 headphones
🎤 microphone
📧 email e-mail mail
✉️ envelope mail
📨 incoming_envelope
📬 mailbox
💬 speech_balloon chat message
📢 loudspeaker announcement
📣 mega announcement
📚 books manual
📖 book read guide
🎓 graduation training
🏆 trophy winner
🎯 dart target goal
🧩 puzzle plugin
☕ coffee break
🍀 four_leaf_clover luck
🌞 sun sunny
🌧️ rain
❄️ snowflake cold
🌱 seedling grow
👤 bust person user
👥 busts people team
🤖 robot bot
🙈 see_no_evil
🤷 shrug
🤦 facepalm
`;
