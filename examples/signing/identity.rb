# ruby identity.rb KID: reads {"desk", "secret", "user": {"id", "email", "name"}} and prints a signed identity.
require "json"
require "openssl"
require "securerandom"

def identity_part(value)
  [value].pack("m0").tr("+/", "-_").delete("=")
end

def identity_of(user, desk:, secret:, kid: nil)
  now = Time.now.to_i
  header = { alg: "HS256", typ: "JWT", kid: kid }.compact
  claims = {
    aud: desk,
    sub: user["id"],
    iat: now,
    exp: now + 300,
    jti: SecureRandom.uuid,
    email: user["email"],
    email_verified: true,
    name: user["name"]
  }
  signed = [header, claims].map { |value| identity_part(JSON.generate(value)) }.join(".")
  "#{signed}.#{identity_part(OpenSSL::HMAC.digest("SHA256", secret, signed))}"
end

if $PROGRAM_NAME == __FILE__
  given = JSON.parse($stdin.read)
  print identity_of(given["user"], desk: given["desk"], secret: given["secret"], kid: ARGV[0])
end
