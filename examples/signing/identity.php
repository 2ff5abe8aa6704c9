<?php
// php identity.php KID: reads {"desk", "secret", "user": {"id", "email", "name"}} and prints a signed identity.

function identity_part(string $value): string
{
    return rtrim(strtr(base64_encode($value), '+/', '-_'), '=');
}

function identity_of(array $user, string $desk, string $secret, ?string $kid = null): string
{
    $now = time();
    $header = ['alg' => 'HS256', 'typ' => 'JWT'] + ($kid ? ['kid' => $kid] : []);
    $claims = [
        'aud' => $desk,
        'sub' => (string) $user['id'],
        'iat' => $now,
        'exp' => $now + 300,
        'jti' => bin2hex(random_bytes(16)),
        'email' => $user['email'],
        'email_verified' => true,
        'name' => $user['name'],
    ];
    $signed = identity_part(json_encode($header)) . '.' . identity_part(json_encode($claims));
    return $signed . '.' . identity_part(hash_hmac('sha256', $signed, $secret, true));
}

if (PHP_SAPI === 'cli' && realpath($argv[0]) === __FILE__) {
    $given = json_decode(stream_get_contents(STDIN), true);
    echo identity_of($given['user'], $given['desk'], $given['secret'], $argv[1] ?? null);
}
